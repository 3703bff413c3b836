"""Words that are nobody's name, by what they say of their row. In many languages, compared as ``refuse`` compares.

Only words that no person is called: Guest, Sample, Tester, Herr, Field, Root, Bar, Null and House are family names, and
Ville is a given one. tests/preflight/test_suspicion.py holds the names of many locales against them.
"""

from functools import lru_cache

from imgurl.merge.refusal import NAME_PLACEHOLDERS, ROLES, folded_word

# Somebody who must get no mail: dead, gone, or not to be written to.
DEPARTED = (
    "deceased", "dec'd", "deceased person", "deceased customer", "deceased do not contact", "dead",
    "passed away", "estate of", "the estate of", "expired customer", "gone away", "moved away", "verstorben",
    "verstorbene", "verstorbener", "gestorben", "unbekannt verzogen", "verzogen", "nachlass", "décédé", "décédée",
    "decede", "decedee", "dcd", "défunt", "défunte", "n'habite pas à l'adresse indiquée", "fallecido", "fallecida",
    "difunto", "difunta", "finado", "falecido", "falecida", "deceduto", "deceduta", "defunto", "defunta", "overleden",
    "avliden", "avlidne", "død", "afdød", "avdød", "kuollut", "zmarły", "zmarła", "zmarl", "nie żyje", "zemřel",
    "zemřela", "zosnulý", "zomrel", "elhunyt", "meghalt", "decedat", "decedată", "preminuo", "preminula", "umrl",
    "умер", "умерла", "умерший", "помер", "померла", "покойный", "покойная", "починал", "αποβιώσας", "απεβίωσε",
    "vefat", "vefat etti", "merhum", "merhume", "متوفى", "متوفي", "متوفاة", "المتوفى", "נפטר", "נפטרה", "故人",
    "死亡", "逝去", "已故", "已去世", "去世", "사망", "고인", "स्वर्गीय", "almarhum", "almarhumah", "meninggal",
    "đã mất", "đã chết", "เสียชีวิต", "marehemu", "do not contact", "do not mail", "do not email", "do not call",
    "do not send", "do not use", "dnc", "opt out", "opted out", "unsubscribed", "unsubscribe", "abgemeldet",
    "gesperrt", "nicht kontaktieren", "nicht anschreiben", "keine werbung", "ne pas contacter", "no contactar",
    "no molestar", "non contattare", "niet contacteren", "left company", "no longer here", "no longer with company",
    "no longer employed", "ex employee", "former employee", "ausgeschieden", "nicht mehr da", "retired do not use",
    "inactive", "inaktiv", "closed account", "account closed", "blocked", "banned", "blacklisted", "bounced",
    "hard bounce", "invalid email", "bad email", "spam", "fraud", "deleted", "deleted user", "removed", "gelöscht",
    "supprimé", "eliminado", "redacted", "gdpr", "gdpr deleted", "anonymized", "anonymised", "anonymisiert",
    "forgotten", "duplicate", "dublette", "duplikat", "doublon", "duplicado",
)  # fmt: skip

# Typed to try something out.
TESTS = (
    "test", "tests", "testing", "tester test", "test test", "testtest", "test1", "test2", "test3", "test12",
    "test123", "test1234", "teste", "testen", "prueba prueba", "prueba", "pruebas", "essai", "prova prova",
    "probando", "próba", "zkouška", "testikäyttäjä", "тест", "тестовый", "тестовая", "тестов", "проверка", "δοκιμή",
    "תורי", "בדיקה", "اختبار", "تجربة", "テスト", "てすと", "試験", "测试", "測試", "테스트", "परीक्षण", "ทดสอบ",
    "deneme", "kiểm tra", "thử nghiệm", "ujian", "percobaan", "testname", "test name", "test user", "testuser",
    "user test", "test account", "testaccount", "test contact", "testkontakt", "test customer", "testkunde",
    "test person", "testperson", "test lead", "test recipient", "test testing", "test mctest", "testy mctestface",
    "testy", "testo", "testerson", "testfirst", "testlast", "test first", "test last", "test first name",
    "test last name", "testee", "first test", "last test", "my test", "just testing", "this is a test", "only a test",
    "qa test", "qatest", "dev test", "demo", "demo demo", "demo user", "demo account", "dummy", "dummy user",
    "dummy name", "foobar", "foo bar", "lorem", "ipsum", "lorem ipsum", "dolor sit amet", "blah", "blah blah", "bla",
    "bla bla", "blabla", "blablabla", "hello world", "hi there", "sample name", "sample user", "example",
    "example name", "example user", "fake", "fake name", "fakename", "mustermann test", "max mustermann",
    "erika mustermann", "john doe", "jane doe", "jean dupont test", "juan perez test", "joe bloggs", "john q public",
    "mickey mouse", "donald duck", "ivan ivanov test", "山田太郎", "张三", "홍길동", "abc", "abcd", "abcde", "abcdef",
    "abc abc", "abc123", "xyz", "xyz xyz", "aaa bbb", "a b", "none of your business", "nunya", "nunya business",
    "asd123", "qwe123", "123abc",
)  # fmt: skip

# What stands where nothing was known. More of them than a name field refuses by itself.
PLACEHOLDERS = (
    "unknown", "unknown unknown", "unbekannt", "inconnu", "inconnue", "desconocido", "desconocida", "desconhecido",
    "desconhecida", "sconosciuto", "sconosciuta", "onbekend", "okänd", "ukendt", "ukjent", "tuntematon", "nieznany",
    "nieznane", "neznámý", "neznámy", "ismeretlen", "necunoscut", "nepoznat", "неизвестно", "неизвестный", "невідомо",
    "άγνωστος", "άγνωστο", "bilinmiyor", "bilinmeyen", "غير معروف", "مجهول", "לא ידוע", "不明", "未知", "无", "無",
    "없음", "미상", "अज्ञात", "ไม่ทราบ", "không biết", "không rõ", "tidak diketahui", "tidak ada", "nincs",
    "brak danych", "нет данных", "не указано", "немає", "なし", "無し", "keine angabe", "keine angaben",
    "ohne angabe", "k. a.", "sin datos", "sin especificar", "no aplica", "não informado", "nao informado",
    "não se aplica", "non disponibile", "non specificato", "non renseigné", "non précisé", "sans objet", "ei ole",
    "n/a", "n.a", "na na", "n a", "not applicable", "not available", "not provided", "not specified", "not set",
    "not given", "not known", "not sure", "no name", "noname", "no name given", "no first name", "no last name",
    "no city", "no data", "no value", "no info", "no entry", "none none", "none given", "none provided", "undefined",
    "empty", "missing", "tbd", "tba", "tbc",
    "to be determined", "to be confirmed", "to be announced", "xx", "xxx", "xxxx", "x x", "please select",
    "select one", "choose one", "choose an option", "bitte wählen", "bitte auswählen", "choisir", "veuillez choisir",
    "seleccionar", "seleccione", "selecione", "selezionare", "kies", "anonymous", "anonym", "anonyme", "anónimo",
    "anonimo", "anonimowy", "аноним", "匿名", "nobody", "nessun nome", "sin nombre", "sans nom", "sem nome",
    "ohne namen", "bez nazwiska", "без имени", "名前なし", "placeholder", "platzhalter", "your name",
    "your name here", "your first name", "your city", "my name", "my city", "name here", "insert name",
    "insert name here", "enter name", "enter your name", "enter first name", "ihr name", "dein name", "votre nom",
    "votre prénom", "tu nombre", "su nombre", "seu nome", "il tuo nome", "jouw naam", "ditt namn", "first name",
    "firstname", "last name", "lastname", "full name", "given name", "family name", "surname", "fname", "lname",
    "name", "name name", "vorname", "nachname", "familienname", "vorname nachname", "prénom", "nom de famille",
    "nombre", "nombres", "apellido", "apellidos", "sobrenome", "voornaam", "achternaam", "förnamn", "efternamn",
    "fornavn", "etternavn", "efternavn", "etunimi", "sukunimi", "imię", "nazwisko", "imię i nazwisko", "jméno",
    "příjmení", "priezvisko", "keresztnév", "vezetéknév", "prenume", "prezime", "priimek", "имя", "фамилия",
    "имя фамилия", "ім'я", "прізвище", "όνομα", "επώνυμο", "adı", "soyadı", "ad soyad", "soyisim", "الاسم",
    "الاسم الأول", "שם", "שם פרטי", "שם משפחה", "名", "姓", "姓名", "氏名", "名前", "お名前", "이름", "성명", "नाम",
    "ชื่อ", "họ tên", "họ và tên", "nama depan", "nama lengkap", "city", "ciudad", "cidade", "città", "miasto", "город",
    "company name", "firma", "false", "000", "0000", "00000", "123", "1234", "12345", "123456",
)  # fmt: skip

# What somebody is to whoever sends, or a mailbox that is no person.
OFFICES = (
    "admin", "administrator", "administration", "webmaster", "hostmaster", "postmaster", "info", "information",
    "office", "büro", "buero", "sekretariat", "secretary", "reception", "empfang", "support", "helpdesk", "help desk",
    "service desk", "customer service", "customer care", "kundenservice", "kundendienst", "kontakt", "contacto",
    "contatto", "contato", "sales team", "vertrieb", "ventas", "marketing", "marketing team", "marketing department",
    "accounting", "accounts payable", "buchhaltung", "einkauf", "purchasing", "billing", "invoice", "rechnung",
    "hr department", "human resources", "personalabteilung", "newsletter", "noreply", "no reply", "no-reply",
    "do-not-reply", "mailer", "mailer daemon", "sysadmin", "it department", "it support", "moderator", "team",
    "das team", "the team", "shop team", "mitarbeiter", "employee", "house account", "walk in", "walkin", "cash sale",
    "barverkauf", "laufkundschaft", "customer", "valued customer", "kundin", "sehr geehrte",
    "sehr geehrte damen und herren", "damen und herren", "dear friend", "liebe kundin", "lieber kunde", "cliente",
    "client", "cher client", "madame monsieur", "monsieur madame", "sir or madam", "user", "username", "user name",
    "subscriber", "member", "recipient", "empfänger", "destinataire", "contact", "lead", "prospect", "guest user",
    "new user", "new customer", "familie", "family and friends", "resident", "occupant", "current resident", "owner",
    "the owner", "homeowner", "head teacher", "parents", "покупатель", "клиент", "пользователь", "администратор",
    "客户", "用户", "会员", "管理员", "お客様", "会員", "担当者", "ご担当者様", "고객", "고객님", "회원", "관리자",
    "عميل", "مستخدم", "לקוח", "müşteri", "kullanıcı", "khách hàng", "pelanggan", "mr", "mrs", "ms", "miss", "mister",
    "herr und frau", "frau", "madame", "monsieur", "señor", "signora",
)  # fmt: skip


@lru_cache(maxsize=1)
def departed_words() -> frozenset[str]:
    """Return the words for those who must get no mail, folded."""
    return frozenset(map(folded_word, DEPARTED))


@lru_cache(maxsize=1)
def tried_words() -> frozenset[str]:
    """Return what is typed to try something out, folded."""
    return frozenset(map(folded_word, TESTS))


@lru_cache(maxsize=1)
def office_words() -> frozenset[str]:
    """Return what is a role, folded: also those that every name field refuses."""
    return frozenset(map(folded_word, (*OFFICES, *ROLES)))


@lru_cache(maxsize=1)
def placeholder_words() -> frozenset[str]:
    """Return what stands where nothing was known, folded: also what every name field refuses."""
    return frozenset(map(folded_word, (*PLACEHOLDERS, *NAME_PLACEHOLDERS)))


@lru_cache(maxsize=1)
def plain_placeholders() -> frozenset[str]:
    """Return those that are nothing in a text that is not a name either."""
    return frozenset(map(folded_word, PLACEHOLDERS)) - NOT_IN_TEXTS


# What a city, an offer or a seat may well be.
NOT_IN_TEXTS = frozenset(
    map(folded_word, (
        "first", "last", "first name", "other", "others", "select", "x", "xx", "xxx", "yes", "no", "true", "false",
        "0", "1", "00", "000", "0000", "00000", "123", "1234", "12345", "123456", "text", "value", "field", "none",
        "nothing", "void", "tba", "tbd", "tbc", "to be announced", "to be confirmed", "to be determined", "company",
        "firma", "nome", "名", "姓", "personne", "ninguno", "ninguna", "ohne", "keine", "inget", "ingen", "geen",
        "aucun", "aucune", "autre", "otro", "choose", "ime", "meno", "nama", "nombre", "nombres", "имя", "无", "無",
        "なし", "нет", "null", "nil", "nan", "yok",
    ))
)  # fmt: skip
