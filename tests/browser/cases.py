"""The texts that Chromium and the text room both lay out; each has something in it that can go wrong."""

from dataclasses import dataclass
from typing import Final

from imgurl.text.bidi import BaseDirection
from imgurl.text.fonts import FontCatalogue
from imgurl.text.layout import TextBox, TextLayout, lay_out
from imgurl.text.paragraph import TextSpan
from imgurl.text.shape import ShapingStyle

# White space that hangs over a line's end; a no-break space does not.
HANGING = " \n\t\u3000"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a case's text in a weight of its own; ``isolated`` like a merge value, in HTML a ``<bdi>``."""

    text: str
    weight: int = 400
    isolated: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """A text in a box: ``width`` and ``size`` in px, ``spacing`` and ``line_height`` in em.

    ``optical`` is the size in px that picks the optical size, by default ``size``; ``page_spacing`` is the spacing on
    the page where it is not the same. With ``anywhere``, a word that is wider than the box is broken between clusters,
    in CSS ``overflow-wrap: anywhere``.
    """

    id: str
    text: str | tuple[Piece, ...]
    language: str = "en"
    width: int = 400
    size: float = 32
    family: str = "Inter"
    weight: int = 400
    style: str = "normal"
    optical: float | None = None
    spacing: float = 0.0
    line_height: float = 1.5
    features: tuple[tuple[str, int], ...] = ()
    direction: BaseDirection = "auto"
    page_spacing: float | None = None
    anywhere: bool = False

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The text as pieces, a plain text as one in the case's weight."""
        return (Piece(self.text, self.weight),) if isinstance(self.text, str) else self.text


CASES: Final = (
    # Latin
    Case("latin-line", "Congratulations, Ava Johnson!", width=1200, size=64),
    Case("latin-wrapped", "The quick brown fox jumps over the lazy dog and runs away with 24 jugs of liquor."),
    Case("latin-narrow", "Your order is on its way, Featherstonehaugh", width=290),
    Case("latin-accents", "José, Zoë, Øyvind, Łukasz, Šárka, Gülşen, Þórdís, Ñuño, Œuvre", width=430),
    Case("latin-decomposed", "Jose\u0301 Zoe\u0308 A\u030angstro\u0308m Ⱥ\u0301 m\u0304n\u0303", width=250),
    Case("latin-ligatures", "first flight to the office, fjord, efficient -> difficult", width=300),
    Case("latin-small", "A line of small print, 13 px: terms & conditions apply, see below.", size=13, width=180),
    Case("latin-half-pixel-size", "Sizes between whole pixels are real sizes too", size=20.5, width=260),
    Case("latin-quotes", "“Save 50 %”, she said – ‘today’ — or… never! «Oui»", width=330),
    Case("latin-french-spaces", "Prix\u00a0: 1\u202f299,50\u00a0€ seulement\u00a0! Vraiment\u00a0?", "fr", width=300),
    Case("latin-german", "Straßenbahnhaltestelle Übergrößenträger Maßband", "de", width=420),
    Case("latin-polish", "Zażółć gęślą jaźń – pchnąć w tę łódź jeża", "pl", width=350),
    Case("latin-turkish", "İstanbul ışıkları, iğne ucu, fiyatı 15 ₺", "tr", width=330),
    Case("latin-hyphens", "O'Brien-Smythe-Featherstonehaugh is state-of-the-art", width=310),
    Case("latin-dashes", "2024–2025—the years 1999-2001, A–Z, well-known", width=250),
    Case("latin-soft-things", "Tom\u00a0Jones, A\u2060B, zero\u200bwidth\u200bspace", width=210),
    Case("latin-numbers", "$1,299.50 or €1.299,50 - 15% (max. 3×) #1 No.7 3:45 p.m.", width=300),
    Case("latin-brackets", "(see [note 1] and {2}) <tag> a/b", width=230),
    Case("latin-slash", "Terms at https://example.com/terms/of/service/2026", width=330),
    Case("latin-slash-dates", "Offer valid 03/01/2026 through 12/31/2026 only", width=250),
    Case("latin-address", "ava.johnson@example.com, +1 (555) 010-9999", width=400),
    Case("latin-spaces", "Two  spaces   three and  more   between words", width=200),
    Case("latin-hard-breaks", "First line\nSecond line is longer than the box\n\nAfter an empty line", width=330),
    Case("latin-long-word", "Hi Donaudampfschifffahrtsgesellschaft!", width=260, anywhere=True),
    Case("latin-long-word-only", "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysilio", width=300, anywhere=True),
    Case("latin-no-break-space-end", "ends with one\u00a0", width=120),
    Case("latin-kerning", "AVATAR To Ty. WAVE LT P, r. f) Yo", width=260),
    Case("latin-fractions", "½ cup, ¼ tsp, x² + y³, H₂O, 1st ™ ® © №", width=300),
    # Inter's axes, features and spacing
    Case("inter-thin", "Thin and light, a hundred", weight=100, width=260),
    Case("inter-medium", "Medium weight five hundred", weight=500, width=260),
    Case("inter-semibold", "Semibold weight six hundred", weight=600, width=260, size=24),
    Case("inter-black", "BLACK FRIDAY −70 %", weight=900, size=72, width=480),
    Case("inter-italic", "An italic sentence, it leans to the right", style="italic", width=300),
    Case("inter-bold-italic", "Bold italics for emphasis", weight=700, style="italic", width=260),
    Case("inter-optical-14", "Text cut of the letters at 48 px", size=48, optical=14, width=420),
    Case("inter-optical-32", "Display cut of the letters at 16 px", size=16, optical=32, width=150),
    Case("inter-optical-20", "An optical size between the two, 20", size=20, width=180),
    Case("inter-tnum", "11:11 11.11.2011 $1,111.10 7777", features=(("tnum", 1),), width=220),
    Case("inter-tnum-zero", "1001 0110 Total 100.00", features=(("tnum", 1), ("zero", 1)), width=200),
    Case("inter-no-kerning", "AVATAR To Ty. WAVE LT", features=(("kern", 0),), width=260),
    Case("inter-ss01-case", "Agll 1469 (AB) 3-4 @ H", features=(("ss01", 1), ("case", 1)), width=220),
    Case("spacing-wide", "SPRING SALE ENDS TONIGHT", spacing=0.2, width=400),
    Case("spacing-tight", "Tight headlines look modern", spacing=-0.03, size=56, weight=800, width=480),
    Case("spacing-ligatures", "office, find, fjord, fluff", spacing=0.05, width=240, family="Playfair Display"),
    Case("spacing-contextual", "Ava -> (A) 10x20 =>", spacing=0.05, width=240),
    Case("spacing-marks", "Zoe\u0308 Ⱥ\u0301 Việt Nam", "vi", spacing=0.1, width=220),
    Case("spacing-hebrew", "שלום עולם וברכה", "he", spacing=0.1, width=200),
    Case("spacing-cjk", "春天特卖今天结束", "zh-CN", spacing=0.15, width=200),
    Case("spacing-devanagari", "बसंत सेल आज समाप्त", "hi", spacing=0.1, width=220),
    Case("spacing-thai", "ขอแสดงความยินดี", "th", spacing=0.1, width=200),
    Case("spacing-emoji", "Hi 👩🏽‍🚀🇫🇷 5️⃣ bye", spacing=0.1, width=200),
    # Spacing would tear joined letters, so the text room ignores it there: the page sets it to 0 for this case.
    Case("spacing-arabic", "تخفيضات الربيع تنتهي الليلة", "ar", spacing=0.2, page_spacing=0.0, width=300),
    # Other families
    Case("playfair", "Diploma of Honours", family="Playfair Display", size=42, width=260),
    Case("playfair-kerned-space", "the first flight to", family="Playfair Display", width=220),
    Case("playfair-black", "Honours & Awards, 1869", family="Playfair Display", weight=900, width=260),
    Case("playfair-broken-ligature", "Certificate", family="Playfair Display", width=90, anywhere=True),
    Case("playfair-italic", "with finest efforts", family="Playfair Display", style="italic", size=40, width=260),
    Case("playfair-cyrillic", "Диплом первой степени", "ru", family="Playfair Display", width=280),
    Case("dancing", "Happy Birthday, dear Josephine!", family="Dancing Script", size=56, width=460),
    Case("dancing-bold", "With love from Zoë & Łucja", family="Dancing Script", weight=700, size=44, width=420),
    Case("great-vibes", "Ava Johnson and William Featherstone", family="Great Vibes", size=60, width=560),
    Case("great-vibes-fallback", "Ava Иванова 50%", family="Great Vibes", size=48, width=560),
    Case("mono", "if (a != b) => x >= 10;", family="JetBrains Mono", width=260),
    Case("mono-sign-and-mark", "if (a != b) => x >= 10;", family="JetBrains Mono", width=150),
    Case("mono-bold", "CODE: SPRING-2026-AVA", family="JetBrains Mono", weight=700, size=24, width=240),
    Case("mono-fallback", "ключ = 李雷 🎉", family="JetBrains Mono", size=28, width=180),
    Case("dancing-fallback", "Zoë, Ελένη & 李雷", family="Dancing Script", size=48, width=300),
    # Vietnamese, Greek, Cyrillic, and the neighbours of Latin
    Case("vietnamese", "Chúc mừng Nguyễn Thị Ánh, ưu đãi đặc biệt dành riêng cho bạn", "vi", width=380),
    Case("vietnamese-decomposed", "Nguye\u0302\u0303n Thi\u0323 A\u0301nh u\u031bu\u0323", "vi", width=240),
    Case("greek", "Συγχαρητήρια, Ελένη! Η προσφορά λήγει σήμερα.", "el", width=380),
    Case("greek-polytonic", "ᾧ Ἀθηναῖοι, τῇ ἀρετῇ ὦ ἄνδρες", "el", width=260),
    Case("cyrillic", "Поздравляем, Анна Сергеевна! Скидка 50 % до 31 марта.", "ru", width=380),
    Case("cyrillic-ukrainian", "Вітаємо, Їжакевич Ґалаґан, об'єкт №5", "uk", width=330),
    Case("cyrillic-bulgarian", "Честит рожден ден, Цветелина!", "bg", width=300),
    Case("cyrillic-serbian", "Ђорђе Љубичић, бгпт – Џон", "sr", width=260),
    Case("georgian", "გილოცავთ, ნინო! ფასდაკლება", "ka", width=280),
    Case("armenian", "Շնորհավորում ենք, Արամ։ Զեղչ", "hy", width=300),
    Case("ethiopic", "እንኳን ደስ አለህ፣ ዳዊት። ቅናሽ", "am", width=260),
    # Arabic
    Case("arabic-line", "مرحبا محمد، عرضك الخاص 50%", "ar", width=800, size=48),
    Case("arabic-wrapped", "تهانينا يا فاطمة الزهراء، لقد حصلت على خصم خاص بمناسبة عيد ميلادك", "ar"),
    Case("arabic-marks", "السَّلَامُ عَلَيْكُمْ وَرَحْمَةُ اللَّهِ", "ar", width=250),
    Case("arabic-digits", "الطلب رقم ١٢٣٤٥ بسعر ١٬٢٩٩٫٥٠ ريال", "ar", width=300),
    Case("arabic-brackets", "الخصم (حتى 50%) على [كل] المنتجات (Nike)", "ar", width=330),
    Case("arabic-price", "السعر $1,299.50 بدلاً من 1,499.00 USD", "ar", width=330),
    Case("arabic-latin", "اشتر iPhone 16 Pro الآن من Apple Store", "ar", width=300),
    Case("arabic-persian", "تبریک می\u200cگوییم، کیوان! ۵۰٪ تخفیف ویژه", "fa", width=300),
    Case("arabic-urdu", "مبارک ہو، عائشہ! خصوصی رعایت ٹھیک ہے", "ur", width=300),
    Case("arabic-lam-alef", "لا إله لأن الآن بلا ألا", "ar", width=160),
    Case("arabic-bold", "عرض خاص لمحمد اليوم", "ar", weight=700, width=200),
    Case("arabic-long-word", "فأسقيناكموها", "ar", width=114, anywhere=True),
    Case("arabic-long-persian", "تبریک می\u200cگوییم", "fa", width=90, anywhere=True),
    Case("arabic-in-latin", "Hello محمد علي, your code is ABC-123", width=300),
    Case("arabic-hyphen-number", "هاتف 050-123-4567 أو +972-50", "ar", width=260),
    # Hebrew
    Case("hebrew-line", "שלום דוד, יש לך מתנה!", "he", width=800, size=48),
    Case("hebrew-wrapped", "מזל טוב ליום ההולדת, רבקה! מחכה לך הטבה מיוחדת בחנות", "he"),
    Case("hebrew-points", "בְּרֵאשִׁית בָּרָא אֱלֹהִים", "he", width=240),
    Case("hebrew-numbers", "הזמנה 12345 מיום 03.01.2026 בסך 1,299.50 ₪", "he", width=330),
    Case("hebrew-price", "המחיר: $1,299.00 במקום $1,499.00 (חיסכון של 13%)", "he", width=330),
    Case("hebrew-latin", "קנו iPhone 16 Pro Max עכשיו ב-Apple Store", "he", width=300),
    Case("hebrew-hyphen-latin", "מתנה מ-Google ומ-Microsoft", "he", width=200),
    Case("hebrew-brackets", "מבצע (עד 50%) על [הכול] {רק היום}", "he", width=280),
    Case("hebrew-quotes", 'צה"ל, ד"ר כהן, ג\'ירפה, ארה״ב', "he", width=230),
    Case("hebrew-in-latin", "Dear רבקה כהן (VIP), order 12 is ready", width=290),
    Case("hebrew-first-ltr", "שלום Ava, 50% off!", direction="ltr", width=200),
    Case("hebrew-line-in-rtl", "Ava Johnson won 50%!", direction="rtl", width=220),
    Case("hebrew-nested", "אמר: “he said שלום 5 to me” אתמול", "he", width=250),
    Case("hebrew-long-word", "ולכשתתחשבנו", "he", width=90, anywhere=True),
    Case("hebrew-marks-rlm", "C++\u200f ו-C#\u200f הן שפות", "he", width=200),
    # Devanagari, Bengali, Tamil and their relatives
    Case("devanagari", "बधाई हो, अनिता शर्मा! आपके लिए विशेष छूट आज तक", "hi", width=380),
    Case("devanagari-conjuncts", "क्षत्रिय श्रीमती ज्ञान द्वारा र्कि कर्तृ ट्ट्र", "hi", width=280),
    Case("devanagari-danda", "नमस्ते। आप कैसे हैं॥ ₹१,२९९.५०", "hi", width=260),
    Case("devanagari-joiners", "क्\u200dष क्\u200cष श्\u200dर", "hi", width=120),
    Case("devanagari-latin", "प्रिय Anita जी, 50% छूट (सीमित)", "hi", width=260),
    Case("devanagari-long-word", "उत्तरदायित्वपूर्ण क्षत्रियत्व", "hi", width=90, anywhere=True),
    Case("devanagari-bold", "विशेष मूल्य केवल आज", "hi", weight=700, width=200),
    Case("bengali", "অভিনন্দন, শ্রীমতী অনিতা! আপনার জন্য বিশেষ ছাড়", "bn", width=340),
    Case("bengali-conjuncts", "ক্ষুদ্র জ্যোৎস্না কৃষ্ণ র‍্যাব স্ত্রী", "bn", width=240),
    Case("bengali-long-word", "প্রত্যুৎপন্নমতিত্ব জ্যোৎস্নারাত্রি", "bn", width=90, anywhere=True),
    Case("tamil", "வாழ்த்துக்கள், ஸ்ரீதர்! உங்களுக்கு சிறப்பு தள்ளுபடி", "ta", width=360),
    Case("tamil-split-vowels", "கொடு கோவை கௌரி க்ஷ", "ta", width=200),
    Case("tamil-long-word", "வாழ்த்துக்கள், ஸ்ரீதர்", "ta", width=120, anywhere=True),
    Case("tamil-split-vowels-narrow", "கொடு கோவை கௌரி க்ஷ", "ta", width=90, anywhere=True),
    Case("telugu-long-word", "శుభాకాంక్షలు ప్రత్యేక", "te", width=90, anywhere=True),
    Case("telugu", "శుభాకాంక్షలు, శ్రీను! ప్రత్యేక తగ్గింపు", "te", width=320),
    Case("kannada", "ಅಭಿನಂದನೆಗಳು, ಶ್ರೀನಿವಾಸ! ವಿಶೇಷ ರಿಯಾಯಿತಿ", "kn", width=330),
    Case("malayalam", "അഭിനന്ദനങ്ങൾ, ശ്രീജിത്ത്! പ്രത്യേക കിഴിവ്", "ml", width=330),
    Case("malayalam-long-word", "അഭിനന്ദനങ്ങൾ ശ്രീജിത്ത്", "ml", width=90, anywhere=True),
    Case("gujarati", "અભિનંદન, શ્રીમતી અનિતા! ખાસ છૂટ", "gu", width=280),
    Case("gurmukhi", "ਵਧਾਈਆਂ, ਸ਼੍ਰੀ ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ! ਖ਼ਾਸ ਛੋਟ", "pa", width=280),
    Case("sinhala", "සුබ පැතුම්, ශ්‍රී ලංකා! විශේෂ වට්ටම්", "si", width=280),
    # Scripts whose words a dictionary finds
    Case("thai", "ขอแสดงความยินดีกับคุณสมชายที่ได้รับส่วนลดพิเศษวันนี้", "th", width=360),
    Case("thai-marks", "น้ำ ที่นี่ ปู่ ฟ้า กิ๊ก ญี่ปุ่น", "th", width=200),
    Case("thai-narrow", "ขอแสดงความยินดีกับคุณสมชาย", "th", width=70, anywhere=True),
    Case("thai-latin", "สวัสดีคุณสมชาย รับส่วนลด 50% ที่ร้าน Apple", "th", width=300),
    Case("khmer", "សូមអបអរសាទរ អ្នកទទួលបានការបញ្ចុះតម្លៃពិសេស", "km", width=320),
    Case("khmer-words", "សូមអបអរសាទរ អ្នកទទួលបានការបញ្ចុះតម្លៃពិសេស", "km", width=270),
    Case("khmer-clusters", "ស្ត្រី ខ្ញុំ ក្រុមហ៊ុន ច្បាប់", "km", width=200),
    Case("lao", "ຂໍສະແດງຄວາມຍິນດີກັບທ່ານສົມໄຊ", "lo", width=300),
    Case("lao-words", "ຂໍສະແດງຄວາມຍິນດີກັບທ່ານສົມໄຊ", "lo", width=190),
    Case("myanmar-narrow", "ဂုဏ်ယူပါတယ် ကျော်ကျော်", "my", width=150, anywhere=True),
    Case("myanmar", "ဂုဏ်ယူပါတယ် ကျော်ကျော် အထူးလျှော့စျေး", "my", width=320),
    # Chinese, Japanese, Korean
    Case("chinese", "李雷，您的专属优惠已经准备好了，请在三月一日之前使用。", "zh-CN", width=330),
    Case("chinese-latin", "尊敬的Ava Johnson女士：您的iPhone 16优惠50%（限今天）。", "zh-CN", width=330),
    Case("chinese-quotes", "他说：“今天特价《红楼梦》，只要￥99！”真的吗？", "zh-CN", width=330),
    Case("chinese-numbers", "订单号20260301，共计1,299.50元，电话010-12345678", "zh-CN", width=300),
    Case("chinese-traditional", "恭喜您獲得專屬優惠，請於今天使用", "zh-TW", width=240),
    Case("chinese-ideographic-space", "张三\u3000李四\u3000王五\u3000赵六", "zh-CN", width=170),
    Case("chinese-bold", "春季大促销今天开始", "zh-CN", weight=700, width=200, size=40),
    Case("chinese-no-break-start", "价格、质量、服务。都好！（真的）", "zh-CN", width=130),
    Case("japanese", "田中さん、お誕生日おめでとうございます。特別割引をご利用ください。", "ja", width=330),
    Case("japanese-kana", "コンピューターゲームのキャンペーン、ちょっとだけよ", "ja", width=260),
    Case("japanese-iteration", "人々は、いろいろな「東京ディズニーランド」へ行った。", "ja", width=200),
    Case("japanese-latin", "2026年3月1日（日）まで50%オフのSALE！", "ja", width=240),
    Case("japanese-half-width", "ｺﾝﾋﾟｭｰﾀｰ ﾊﾞｰｹﾞﾝ ＡＢＣ１２３", "ja", width=240),
    Case("korean", "축하합니다, 김민수님! 오늘만 특별 할인을 드립니다.", "ko", width=300),
    Case("korean-jamo", "\u1112\u1161\u11ab\u1100\u1173\u11af 한국어", "ko", width=130),
    Case("korean-latin", "Apple 스토어에서 50% 할인(오늘만)", "ko", width=260),
    # Emoji
    Case("emoji-simple", "🎉 Kim, happy birthday! 🎂🎁🥳", width=280),
    Case("emoji-zwj", "👨‍👩‍👧‍👦 👩‍💻 🏳️‍🌈 👩‍❤️‍👨 🐻‍❄️ 🧑🏽‍🚀", width=180),
    Case("emoji-flags", "🇩🇪🇫🇷🇯🇵 🇧🇷 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇺🇸🇺🇸", width=150),
    Case("emoji-skin-tones", "👍🏻👍🏽👍🏿 ✌🏾 👩🏽‍🚀 🤝🏽", width=160),
    Case("emoji-keycaps", "1️⃣2️⃣ #️⃣ *️⃣ and 12 #*", width=200),
    Case("emoji-vs16", "I ❤️ NY ☀️ ☎️ ✈️ ©️", width=220),
    Case("emoji-vs15", "I ❤︎ NY ☀︎ ⌚︎ ⚡︎ ©︎", width=220),
    Case("emoji-default", "❤ ☀ ✈ © ™ ⌚ ⚡ ⭐ ✅", width=200),
    Case("emoji-in-cjk", "李雷,您的专属优惠 🎉👩🏽‍🚀生日快乐🎂", "zh-CN", width=220),
    Case("emoji-in-arabic", "عيد ميلاد سعيد 🎉🎂 يا محمد 👨‍👩‍👧!", "ar", width=240),
    Case("emoji-in-hebrew", "מזל טוב 🎉🥳 דוד 5️⃣!", "he", width=200),
    Case("emoji-narrow", "👨‍👩‍👧‍👦🏳️‍🌈👍🏽🇧🇷5️⃣", width=60, anywhere=True),
    Case("emoji-bold", "SALE 🔥🔥 NOW", weight=700, size=48, width=240),
    Case("symbols", "★ ✓ → ← ∞ ≠ ∑ ♠ ☂ ⌘", width=200),
    # Several scripts, several styles
    Case("mixed-scripts", "Ava, Анна, Ελένη, محمد, דוד, अनिता, สมชาย, 李雷, さくら, 민수", width=300),
    Case("mixed-greek-cyrillic", "αβγабвabc ΩЖW", width=160),
    Case("mixed-marks-alone", "a\u0915\u093f\u0e01\u0e34 x\u0301\u0915\u094d", width=300),
    Case("piece-bold-price", (Piece("Only "), Piece("$19.99", 700), Piece(" today, not $29.99 as before")), width=240),
    Case("piece-weights-in-word", (Piece("Inter"), Piece("national", 800), Piece("ly")), width=400),
    Case("piece-isolated-hebrew", (Piece("Hi "), Piece("טל", isolated=True), Piece(", 2 gifts wait")), width=200),
    Case("piece-isolated-arabic", (Piece("For "), Piece("محمد (علي)", 700, isolated=True), Piece(" 1, 2")), width=180),
    Case("piece-isolated-latin", (Piece("שלום "), Piece("Ava J.!", isolated=True), Piece(" 5 מתנות")), "he", width=220),
)  # fmt: skip

# Compared pixel by pixel too. At these sizes CSS's rounding of ascent and descent and Chromium's on Linux, which takes
# a pixel from the ascent where rounding has made the descent too small, give the same baseline.
PICTURED: Final = (
    "latin-wrapped", "spacing-tight", "playfair", "vietnamese-decomposed", "arabic-line", "hebrew-points",
    "devanagari", "tamil-split-vowels", "thai-marks", "khmer", "chinese-quotes", "korean", "emoji-simple",
    "piece-isolated-arabic",
)  # fmt: skip


def layout_of(case: Case, catalogue: FontCatalogue) -> TextLayout:
    """Lay a case out at its size, as many lines as it takes."""
    optical = case.optical or case.size
    stacks = [catalogue.stack(case.family, piece.weight, case.style, optical) for piece in case.pieces]
    spans = [TextSpan(piece.text, style, piece.isolated) for style, piece in enumerate(case.pieces)]
    shaping = ShapingStyle(case.language, case.spacing, case.features)
    box = TextBox(
        width=case.width,
        height=100_000,
        size=case.size,
        min_size=case.size,
        max_lines=1000,
        line_height=case.line_height,
        direction=case.direction,
        shaping=shaping,
    )
    return lay_out(spans, stacks, box)
