"""Where the business's customers live, and what they are called there.

People and companies are written in their own script, with the Latin form that their e-mail address
is made of behind the bar. Telephone numbers are from ranges kept for fiction, or are 555 numbers.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    """A country, as far as billing sees it.

    Attributes:
        country: ISO code.
        currency: what its customers pay in.
        locale: their `preferred_locales`, one of the portal's tags.
        people: names, `native|latin`.
        companies: names, `native|latin`.
        cities: `city|state|postal code`.
        streets: addresses, with `{}` for the house number.
        phone: with `#` for each digit of chance.
        tax_id: the type and a pattern of its value, with `#` for each digit of chance; may be empty.
        methods: payment method types besides cards.
    """

    country: str
    currency: str
    locale: str
    people: tuple[str, ...]
    companies: tuple[str, ...]
    cities: tuple[str, ...]
    streets: tuple[str, ...]
    phone: str
    tax_id: tuple[str, str]
    methods: tuple[str, ...] = ()


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(","))


REGIONS: tuple[Region, ...] = (
    Region(
        "US", "usd", "en",
        _names("Maya Thompson|maya.thompson, Jamal Washington|jamal.washington, Grace O’Neill|grace.oneill, "
               "Luis Ramírez|luis.ramirez, Hannah Kowalski|hannah.kowalski, Theo Nakamura|theo.nakamura"),
        _names("Blue Heron Analytics|blueheron, Copperline Studios|copperline, Prairie & Pine LLC|prairiepine, "
               "Juniper Robotics Inc.|juniper-robotics, Harbor Street Bakery|harborstreet"),
        ("Portland|OR|97205", "Austin|TX|78701", "Madison|WI|53703", "Brooklyn|NY|11201"),
        ("{} Alder Street", "{} Congress Avenue", "{} Willow Lane"),
        "+1 202 555 01##", ("us_ein", "12-34#####"),
        ("us_bank_account", "cashapp", "amazon_pay", "link"),
    ),
    Region(
        "GB", "gbp", "en-GB",
        _names("Imogen Hartley|imogen.hartley, Callum Fraser|callum.fraser, Priya Shah|priya.shah, "
               "Siân Llewellyn|sian.llewellyn, Oluwaseun Adeyemi|seun.adeyemi"),
        _names("Thistle & Thyme Ltd|thistlethyme, Camden Lockworks|camden-lockworks, Fenland Data plc|fenlanddata"),
        ("London||EC1V 9NR", "Leeds||LS1 4AP", "Cardiff||CF10 1EP", "Edinburgh||EH1 1YZ"),
        ("{} Rosebery Avenue", "{} Mill Lane", "Unit {}, Canal Wharf"),
        "+44 20 7946 0###", ("gb_vat", "GB#########"), ("bacs_debit", "paypal"),
    ),
    Region(
        "DE", "eur", "de",
        _names("Jürgen Müller|juergen.mueller, Anneliese Groß|anneliese.gross, Björn Schäfer|bjoern.schaefer, "
               "Zeynep Yıldız|zeynep.yildiz, Käthe Weiß|kaethe.weiss"),
        _names("Bäckerei Röhm GmbH|baeckerei-roehm, Nordlicht Software AG|nordlicht, Müller & Söhne KG|mueller-soehne"),
        ("Berlin||10115", "München||80331", "Köln||50667", "Görlitz||02826"),
        ("Lindenstraße {}", "Am Mühlbach {}", "Goethestraße {}"),
        "+49 30 555 01##", ("eu_vat", "DE#########"), ("sepa_debit", "paypal"),
    ),
    Region(
        "FR", "eur", "fr",
        _names("Chloé Lefèvre|chloe.lefevre, François Dupré|francois.dupre, Maëlys Béranger|maelys.beranger, "
               "Noël Garçon|noel.garcon"),
        _names("Café de l’Écluse SARL|cafe-ecluse, Atelier Œuvre|atelier-oeuvre, Société Générosité|generosite"),
        ("Paris||75011", "Lyon||69002", "Saint-Étienne||42000", "Besançon||25000"),
        ("{} rue de la Fontaine", "{} avenue Jean-Jaurès", "{} quai des Brumes"),
        "+33 1 99 00 ## ##", ("eu_vat", "FR##########9"), ("sepa_debit", "paypal"),
    ),
    Region(
        "ES", "eur", "es",
        _names("Íñigo Muñoz|inigo.munoz, María José Peña|mariajose.pena, Lucía Núñez|lucia.nunez"),
        _names("Viñedos Sáenz S.L.|vinedos-saenz, Lámparas Ñandú|lamparas-nandu"),
        ("Madrid||28013", "A Coruña||15003", "Cádiz||11005"),
        ("Calle del Olmo {}", "Plaza Mayor {}"),
        "+34 910 555 ###", ("es_cif", "B########"), ("sepa_debit", "paypal"),
    ),
    Region(
        "PL", "eur", "pl",
        _names("Łukasz Wójcik|lukasz.wojcik, Zażółcona Gęśla|z.gesla, Małgorzata Dąbrowska|malgorzata.dabrowska"),
        _names("Żółta Łódź sp. z o.o.|zolta-lodz, Świetlik Studio|swietlik"),
        ("Kraków||31-042", "Łódź||90-001", "Gdańsk||80-831"),
        ("ul. Długa {}", "ul. Świętojańska {}"),
        "+48 22 555 01 ##", ("eu_vat", "PL##########"), ("sepa_debit",),
    ),
    Region(
        "SE", "sek", "sv",
        _names("Åsa Öberg|asa.oberg, Björk Sjöström|bjork.sjostrom, Mårten Ångström|marten.angstrom"),
        _names("Fjällräv Systems AB|fjallrav, Smörgåsbord AB|smorgasbord"),
        ("Stockholm||111 29", "Malmö||211 22", "Umeå||903 26"),
        ("Sveavägen {}", "Östra Ågatan {}"),
        "+46 8 555 01 ##", ("eu_vat", "SE##########01"), ("link",),
    ),
    Region(
        "CH", "chf", "de",
        _names("Ueli Zürcher|ueli.zuercher, Amélie Rochat|amelie.rochat, Gian Caduff|gian.caduff"),
        _names("Gipfelwerk AG|gipfelwerk, Lac Léman Conseil SA|lacleman"),
        ("Zürich||8001", "Genève||1204", "Chur||7000"),
        ("Bahnhofstrasse {}", "Rue du Rhône {}"),
        "+41 44 555 01 ##", ("ch_vat", "CHE-###.###.### MWST"), ("link",),
    ),
    Region(
        "GR", "eur", "el",
        _names("Ελένη Παπαδοπούλου|eleni.papadopoulou, Γιώργος Νικολαΐδης|giorgos.nikolaidis, "
               "Άννα Βλάχου|anna.vlachou"),
        _names("Ελιά και Θάλασσα ΑΕ|elia-thalassa, Αρχιπέλαγος ΕΠΕ|archipelagos"),
        ("Αθήνα||105 57", "Θεσσαλονίκη||546 24"),
        ("Οδός Ερμού {}", "Λεωφόρος Νίκης {}"),
        "+30 21 0555 01##", ("eu_vat", "EL#########"), ("sepa_debit",),
    ),
    Region(
        "BG", "eur", "bg",
        _names("Георги Иванов|georgi.ivanov, Цветелина Щерева|tsvetelina.shtereva, Жасмина Юлиева|zhasmina.yulieva"),
        _names("Зелена Долина ООД|zelena-dolina, Бяла Котка ЕООД|byala-kotka"),
        ("София||1000", "Пловдив||4000"),
        ("ул. Раковски {}", "бул. Витоша {}"),
        "+359 2 555 01##", ("bg_uic", "#########"), ("sepa_debit",),
    ),
    Region(
        "IL", "usd", "en",
        _names("נועה לוי|noa.levi, אבי כהן|avi.cohen, יעל בן־דוד|yael.bendavid"),
        _names("גלים תוכנה בע״מ|galim, תפוח זהב|tapuach-zahav"),
        ("תל אביב||6688101", "חיפה||3303151"),
        ("רחוב דיזנגוף {}", "שדרות הנשיא {}"),
        "+972 3 555 01##", ("il_vat", "5########"), ("link",),
    ),
    Region(
        "KW", "kwd", "en",
        _names("فاطمة العتيبي|fatima.alotaibi, يوسف الصباح|yousef.alsabah, مريم الخالدي|maryam.alkhaldi"),
        _names("شركة الخليج للبرمجيات|gulf-software, واحة الكتب|wahat-alkutub"),
        ("مدينة الكويت||13001", "حولي||32000"),
        ("شارع سالم المبارك {}", "شارع الخليج العربي {}"),
        "+965 2555 01##", ("", ""), (),
    ),
    Region(
        "JP", "jpy", "ja",
        _names("佐藤 さくら|sakura.sato, 鈴木 一郎|ichiro.suzuki, 髙橋 健|ken.takahashi, 渡邉 美咲|misaki.watanabe"),
        _names("株式会社ひまわりソフト|himawari-soft, 合同会社みどりデザイン|midori-design, ヤマト工房|yamato-kobo"),
        ("渋谷区|東京都|150-0002", "北区|大阪府|530-0001", "中区|愛知県|460-0008"),
        ("神南{}丁目2-3", "梅田{}丁目1-1"),
        "+81 3 5550 01##", ("jp_cn", "#############"), ("konbini", "paypay"),
    ),
    Region(
        "CN", "usd", "zh",
        _names("王小明|xiaoming.wang, 李娜|na.li, 欧阳静|jing.ouyang"),
        _names("青松科技有限公司|qingsong-tech, 小熊猫文化|xiaoxiongmao"),
        ("上海市|上海|200001", "深圳市|广东|518000"),
        ("南京东路{}号", "科技园路{}号"),
        "+86 21 5550 01##", ("cn_tin", "###############"), ("alipay",),
    ),
    Region(
        "TW", "usd", "zh-TW",
        _names("陳怡君|yijun.chen, 林志豪|zhihao.lin"),
        _names("藍鯨數位有限公司|lanjing-digital",),
        ("臺北市||100", "高雄市||800"),
        ("中山北路{}號",),
        "+886 2 5550 01##", ("tw_vat", "########"), ("link",),
    ),
    Region(
        "KR", "krw", "ko",
        _names("김민준|minjun.kim, 이서연|seoyeon.lee, 박지후|jihoo.park"),
        _names("주식회사 한빛소프트랩|hanbit-lab, 달빛서점|dalbit"),
        ("서울|중구|04524", "부산|해운대구|48094"),
        ("세종대로 {}", "해운대로 {}"),
        "+82 2 555 01##", ("kr_brn", "###-##-#####"), (),
    ),
    Region(
        "TH", "usd", "th",
        _names("สมชาย ใจดี|somchai.jaidee, กัญญา ศรีสุข|kanya.srisuk"),
        _names("บริษัท ช้างน้อย จำกัด|changnoi, ร้านดอกบัว|dokbua"),
        ("กรุงเทพมหานคร||10110", "เชียงใหม่||50200"),
        ("ถนนสุขุมวิท {}",),
        "+66 2 555 01##", ("th_vat", "#############"), (),
    ),
    Region(
        "IN", "inr", "en-IN",
        _names("अनन्या शर्मा|ananya.sharma, राहुल वर्मा|rahul.verma, Meera Iyer|meera.iyer, விக்ரம் குமார்|vikram.kumar"),
        _names("नीला आकाश प्रा. लि.|neela-aakash, Monsoon Metrics Pvt Ltd|monsoon-metrics"),
        ("नई दिल्ली|दिल्ली|110001", "Bengaluru|Karnataka|560001"),
        ("{} महात्मा गांधी मार्ग", "{} Brigade Road"),
        "+91 22 5550 01##", ("in_gst", "27AAAAA####A1Z5"), (),
    ),
    Region(
        "BR", "brl", "pt-BR",
        _names("João Gonçalves|joao.goncalves, Conceição Araújo|conceicao.araujo, Thaís Simões|thais.simoes"),
        _names("Pão de Açafrão Ltda|pao-acafrao, Maré Digital S.A.|mare-digital"),
        ("São Paulo|SP|01310-100", "Florianópolis|SC|88010-000"),
        ("Rua das Laranjeiras, {}", "Avenida São João, {}"),
        "+55 11 5550 01##", ("br_cnpj", "##.###.###/0001-##"), ("boleto",),
    ),
    Region(
        "AU", "aud", "en-AU",
        _names("Matilda Kerr|matilda.kerr, Jack Nguyen|jack.nguyen, Aroha Whaanga|aroha.whaanga"),
        _names("Wattle & Gum Pty Ltd|wattlegum, Southern Cross Kayaks|sckayaks"),
        ("Sydney|NSW|2000", "Hobart|TAS|7000"),
        ("{} Banksia Road", "{} Collins Street"),
        "+61 2 5550 ####", ("au_abn", "###########"), ("au_becs_debit",),
    ),
    Region(
        "CA", "cad", "fr-CA",
        _names("Geneviève Tremblay|genevieve.tremblay, Liam MacDonald|liam.macdonald, Élodie Côté|elodie.cote"),
        _names("Érablière du Nord inc.|erabliere-nord, Loonie Labs|loonielabs"),
        ("Montréal|QC|H2Y 1C6", "Halifax|NS|B3J 1M3"),
        ("{} rue Saint-Paul", "{} Barrington Street"),
        "+1 514 555 01##", ("ca_bn", "#########"), ("acss_debit",),
    ),
)  # fmt: skip
BY_COUNTRY = {region.country: region for region in REGIONS}

WEIGHTS = tuple(
    {"US": 24, "GB": 9, "DE": 10, "FR": 7, "JP": 6, "IN": 4, "CA": 4, "AU": 4}.get(r.country, 2)
    for r in REGIONS
)
"""How often each region is drawn."""
