"""Recipients whose pictures are kept: one set of values for all, each design takes the fields it has.

Designs that show more than texts have recipients of their own.
"""

from tests.design.documents import TEXT_DESIGNS

FIELDS = (
    "first_name", "full_name", "city", "offer_name", "event_name", "award_title",
    "company_name", "rep_name", "product_name", "badge", "price", "old_price",
)  # fmt: skip


def _of(*values: str) -> dict[str, str]:
    return dict(zip(FIELDS, values, strict=True))


# In the order of FIELDS. ``long`` has the most characters that each field takes.
SETS = {
    "long": _of(
        "Maximiliane Alexandrina Featherstonehaug",
        "Maria Guadalupe Alejandra Fernández de la Vega-Montgomery Jr",
        "Llanfairpwllgwyngyllgogerychwyrndrobwlll",
        "Twenty-four percent off everything green, until end of April",
        "The Third International Northern Conference on Service Design and Public Policy.",
        "Outstanding Contribution to the Practice of Accessible Public Service Design 25.",
        "Northwind Traders International Manufacturing & Logistics AG",
        "Bartholomew Maximilian Featherstonehaugh",
        "Hand-finished pour-over kettle with walnut handle, deep forest green..",
        "Clearance sale",
        "1234567.89",
        "9999999.99",
    ),
    "greek": _of(
        "Αικατερίνη", "Αικατερίνη Παπαδοπούλου", "Θεσσαλονίκη", "Έκπτωση 24 % σε όλα τα πράσινα",
        "Συνέδριο Σχεδιασμού 2025", "Βραβείο Αριστείας", "Ελληνικά Ταχυδρομεία", "Γιώργος Νικολάου",
        "Βραστήρας καφέ, πράσινο του δάσους", "Προσφορά", "89", "119",
    ),
    "cyrillic": _of(
        "Екатерина", "Екатерина Соколова", "Санкт-Петербург", "Скидка 24 % на всё зелёное",
        "Конференция дизайнеров Севера 2025", "За выдающийся дизайн услуг", "Северный ветер", "Лев Мартынов",
        "Чайник для кофе, лесной зелёный", "Скидка", "89", "119",
    ),
    "arabic": _of(
        "فاطمة", "فاطمة الزهراء القاسمي", "الإسكندرية", "خصم 24 % على كل ما هو أخضر",
        "مؤتمر التصميم الشمالي 2025", "جائزة التميز في تصميم الخدمات", "شركة رياح الشمال", "ليث مرتضى",
        "إبريق قهوة، أخضر غامق", "تخفيض", "89", "119",
    ),
    "hebrew": _of(
        "נועה", "נועה בן־דוד", "תל אביב", "24 % הנחה על כל מה שירוק",
        "כנס העיצוב הצפוני 2025", "הצטיינות בעיצוב שירות", "רוח צפון בע״מ", "לאו מרטין",
        "קומקום מזיגה, ירוק יער", "מבצע", "89", "119",
    ),
    "devanagari": _of(
        "प्रियंका", "प्रियंका चतुर्वेदी", "लखनऊ", "हर हरी चीज़ पर 24 % छूट",
        "उत्तर डिज़ाइन सम्मेलन 2025", "सेवा डिज़ाइन में उत्कृष्टता", "उत्तरी पवन व्यापार", "लक्ष्मी नारायण",
        "कॉफ़ी केतली, गहरी हरी", "छूट", "89", "119",
    ),
    "thai": _of(
        "ณัฐธิดา", "ณัฐธิดา ศรีสุวรรณ", "เชียงใหม่", "ลด 24 % ทุกอย่างที่เป็นสีเขียว",
        "การประชุมออกแบบภาคเหนือ 2025", "ความเป็นเลิศด้านการออกแบบบริการ", "ลมเหนือเทรดดิ้ง", "ธีรภัทร วงศ์ไทย",
        "กาดริปกาแฟ สีเขียวป่า", "ลดราคา", "89", "119",
    ),
    "chinese": _of(
        "晓梅", "欧阳晓梅", "重庆", "绿色商品全部七六折",
        "2025年北方设计大会", "服务设计卓越奖", "北风贸易有限公司", "李明",
        "手冲咖啡壶，森林绿", "特价", "89", "119",
    ),
    "japanese": _of(
        "美咲", "佐藤美咲", "札幌", "緑のものすべて24%オフ",
        "北国デザイン会議2025", "サービスデザイン優秀賞", "北風商事株式会社", "田中レオ",
        "ドリップケトル、深緑", "セール", "89", "119",
    ),
    "korean": _of(
        "서연", "김서연", "부산", "초록색 상품 모두 24% 할인",
        "북부 디자인 컨퍼런스 2025", "서비스 디자인 우수상", "북풍무역", "이민준",
        "드립 주전자, 숲의 초록", "할인", "89", "119",
    ),
    "emoji": _of(
        "Ava 🌸", "Ava Johnson 🎓", "Chicago 🏙️", "🌿 24 % off everything 🌷",
        "the 🎉 Party 2025", "🏆 Gold for Service", "Pizza 🍕 & Co", "Leo 👋🏽",
        "Kettle for the 👩‍👩‍👧 in 💚", "🔥", "89", "119",
    ),
}  # fmt: skip

# ``sample`` are the design's own samples, ``missing`` no value at all.
NAMES = ("sample", "missing", *SETS)

COMPANY = SETS["long"]["company_name"]

# For each of the others: what differs from its samples, or ``None`` for no value at all.
GALLERY: dict[str, dict[str, dict[str, str] | None]] = {
    "birthday": {
        "sample": {},
        "missing": None,
        "long": {
            "first_name": SETS["long"]["first_name"], "company": "Northwind Traders International Holding",
            "gift": SETS["long"]["offer_name"],
        },
    },
    "coupon": {
        "sample": {},
        "missing": None,
        "long": {
            "first_name": SETS["long"]["first_name"], "offer": "TWENTY-FOUR PERCENT OFF!",
            "condition": "everything green in all of our shops, until the end of April",
            "coupon_code": "ABCDEFGHIJKLMNOP", "valid_until": "2027-09-30",
        },
    },
    "event-ticket": {
        "sample": {},
        "missing": None,
        "long": {
            "full_name": SETS["long"]["full_name"], "gate": "NORTHWEST", "row": "Balcony BB", "seat": "1127-1128",
            "event_name": "THE THIRD INTERNATIONAL NORTHERN CONFERENCE ON DESIGN POLICY", "event_date": "2027-09-29",
            "venue": "Llanfairpwllgwyngyll Centre for Performing Arts, Main Hall 1", "doors": "18:30–19:15h",
            "ticket_code": "ABCDEFGH-IJKL-MNOP-QRST1",
        },
    },
    "flash-sale-countdown": {
        "sample": {},
        "missing": None,
        "long": {
            "first_name": SETS["long"]["first_name"], "offer": "24 PERCENT OFF EVERYTHING THAT IS GREEN!",
            "coupon_code": "ABCDEFGHIJKLMN", "ends": "2027-09-29 23:59",
        },
        "arabic": {"first_name": SETS["arabic"]["first_name"], "offer": SETS["arabic"]["offer_name"]},
    },
    "loyalty-card": {
        "sample": {},
        "missing": None,
        "bronze": {"tier": "bronze", "points": "420", "points_to_next": "580", **SETS["arabic"]},
        "silver": {"tier": "silver", "points": "1480", "points_to_next": "1020", **SETS["chinese"]},
        "platinum": {"tier": "platinum", "points": "1287654", **SETS["long"]},
    },
    "newsletter-hero-languages": {
        "sample": {},
        "missing": None,
        "german": {"language": "de_AT", **SETS["long"]},
        "french": {"language": "fr"},
        "arabic": {"language": "ar", **SETS["arabic"]},
    },
    "outreach": {
        "sample": {},
        "missing": None,
        "long": {
            "first_name": SETS["long"]["first_name"], "company": COMPANY, "rep_name": SETS["long"]["rep_name"],
            "domain": "llanfairpwllgwyngyllgogerychwyrndrobwllllantysilio.example",
        },
    },
    "webinar-badge": {
        "sample": {},
        "missing": None,
        "long": {
            "role": "host", "full_name": SETS["long"]["full_name"], "company": COMPANY,
            "job_title": "Senior Vice President of Accessible Public Service Design 25",
            "webinar_title": "THE THIRD INTERNATIONAL NORTHERN CONFERENCE ON SERVICE DESIGN & POLICY",
            "starts": "2027-09-29 23:59", "join_code": "ABCDEFGHIJKLMNOP",
        },
        "chinese": {
            "role": "attendee", "full_name": SETS["chinese"]["full_name"], "company": SETS["chinese"]["company_name"],
            "job_title": "", "webinar_title": SETS["chinese"]["event_name"],
        },
    },
    "welcome-logo": {
        "sample": {},
        "missing": None,
        "long": {
            "first_name": SETS["long"]["first_name"], "company": COMPANY, "manager_name": SETS["long"]["rep_name"],
            "start_date": "2027-09-29",
        },
        "arabic": {
            "first_name": SETS["arabic"]["first_name"], "company": SETS["arabic"]["company_name"],
            "manager_name": SETS["arabic"]["rep_name"],
        },
    },
    "year-in-review": {
        "sample": {},
        "missing": None,
        "long": {
            "first_name": SETS["long"]["first_name"], "courses": "1287654", "hours": "99999.5", "streak_days": "365",
            "goal_percent": "12345", "top_topic": "OUTSTANDING ACCESSIBLE PUBLIC SERVICE 25",
        },
        "little": {"courses": "", "streak_days": "", "hours_by_month": "", "goal_percent": "", **SETS["arabic"]},
    },
}  # fmt: skip

# Every picture: its design and recipient.
KEPT = [
    *((design, recipient) for design in TEXT_DESIGNS for recipient in NAMES),
    *((design, recipient) for design, recipients in GALLERY.items() for recipient in recipients),
]
