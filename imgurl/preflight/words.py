"""Words that are nobody's name, by what they say of their row. In many languages, compared as ``refuse`` compares.

Only words that no person is called: Guest, Sample, Tester, Herr, Field, Root, Bar, Null and House are family names, and
Ville is a given one. tests/preflight/test_suspicion.py holds the names of many locales against them.
"""

import re
from functools import lru_cache

from imgurl.merge.name_words import DEGREES, DOUBTFUL_DEGREES, DOUBTFUL_TITLES, GENERATIONS, TITLES
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
    "example name", "example user", "fake", "fake name", "fakename", "mustermann", "musterfrau", "mustermann test",
    "max mustermann", "fulano de tal", "fulana de tal", "zutano", "joão ninguém",
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

# … and in a few words: not given, nicht angegeben, non renseigné.
NOT_GIVEN = re.compile(
    r"(?:not|nicht|non|no|não|nao|niet|ikke|inte|ej|nie|ne|не) (?:known|given|provided|available|applicable|"
    r"specified|stated|"
    r"set|supplied|entered|filled|found|recorded|defined|bekannt|angegeben|vorhanden|verfügbar|zutreffend|ausgefüllt|"
    r"erfasst|gesetzt|renseign|précis|connu|disponi|applicable|communiqu|fourni|indicat|specificat|noto|conosciut|especific|conocid|inform|"
    r"conhecid|dispon|preench|bekend|ingevuld|opgegeven|beschikbaar|oppgitt|oplyst|kendt|kjent|angiven|angivet|känd|"
    r"podano|podane|dotyczy|uvedeno|zadáno|указан|известн|заполнен|задан).{0,8}",
    re.IGNORECASE,
)

# What a form or a database puts where a company or a city would be.
UNFILLED = re.compile(
    r"[-–—.<(\[\s]*(?:[0.,/\s-]*0[0.,/\s-]*|tb[acd]|(?:0?1[/.-]0?1[/.-](?:19[07]0|0000)|(?:19[07]0|0000)-0[01]-0[01])"
    r"(?:[ T].*)?|(?:(?:enter|your|my|the) ){1,3}(?:company|city|town|business|organi[sz]ation)(?: name)?"
    r"|(?:please |bitte |veuillez )?(?:select|choose|pick|auswählen|wählen|sélectionne[rz]|choisi(?:r|ssez)"
    r"|seleccion[ae]r?|eli(?:ge|ja)|selezion[ai]|scegli|selecion[ae]r?|kies|selecteer|välj|vælg|velg|wybierz|vyberte|выберите)"
    r"\b[^.…]*(?:\.{2,}|…|:)?)[-–—.>)\]\s]*",
    re.IGNORECASE,
)

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


# What is somebody's name somewhere, and mostly is not meant as one.
UNLIKELY = (
    "guest", "gast", "kunde", "kunden", "friend", "amigo", "amiga", "ami", "amico", "freund", "dear", "sample",
    "muster", "beispiel", "probe", "prova", "ejemplo", "exemple", "esempio", "exemplo", "voorbeeld", "przykład",
    "пример", "foo", "bar baz", "baz", "foo bar baz", "qux", "qa user", "qa", "uat", "staging", "prueba uno",
    "testowy", "testowa", "testi", "teszt", "testas", "proef", "demo", "na", "nn", "nil", "none", "null", "#nv",
    "leer", "kein", "keine", "нет", "vacío", "vide", "vuoto", "leeg", "tom", "tyhjä", "boş", "prázdné", "puste",
    "ohne name", "kein name", "senza nome", "uten navn", "utan namn", "bez jména", "isimsiz", "abonnent", "abonné",
    "abonnée", "abonné(e)", "abonado", "suscriptor", "iscritto", "assinante", "abonnee", "prenumerant", "подписчик",
    "mitglied", "membre", "miembro", "socio", "membro", "lid", "medlem", "członek", "участник", "interessent",
    "kontakt", "neuer kontakt", "neukunde", "bestandskunde", "klant", "kund", "kunder", "klient", "klientka",
    "zákazník", "vevő", "ügyfél", "asiakas", "πελάτης", "client(e)", "acheteur", "comprador", "acquirente",
    "käufer", "buyer", "visitor", "besucher", "visiteur", "visitante", "ospite", "invité", "invitado", "convidado",
    "gæst", "gjest", "gäst", "gość", "гость", "host", "vieras", "vendég", "private", "privat", "privé", "privado",
    "privato", "default", "string", "value", "values", "true", "yes", "no", "ja", "nein", "oui", "non", "sí",
    "array", "object", "other", "others", "sonstige", "sonstiges", "autre", "otro", "altro", "outro", "overig",
    "inny", "другое", "person", "people", "human", "someone", "somebody", "jemand", "quelqu'un", "alguien",
    "qualcuno", "alguém", "iemand", "family", "familie", "famille", "familia", "famiglia", "família", "household",
    "haushalt", "eheleute", "ehepaar", "couple", "eltern", "mum", "mom", "dad", "mama", "papa", "student",
    "teacher", "lehrer", "boss", "chef", "manager", "director", "ceo", "owner", "inhaber", "geschäftsführer",
    "geschäftsführung", "buddy", "folks", "all", "alle", "everyone", "everybody", "team", "hello", "hallo", "hi",
    "hey", "bonjour", "hola", "ciao", "привет", "nope", "whatever", "secret", "geheim", "hidden", "confidential",
    "field", "root", "system", "web", "online", "shop", "import", "export", "new", "neu", "old", "alt", "temp",
    "tmp", "todo", "fixme", "unnamed", "untitled", "ohne titel", "column1", "spalte1", "header", "row", "id",
    "email", "e-mail", "mail", "phone", "telefon", "address", "adresse", "plz", "ort", "land", "country", "title",
    "niemand", "keiner", "fehlt", "wird nachgereicht", "unbek", "dito", "first", "last", "aucun", "néant",
    "no consta", "ninguno", "nessuno", "non pervenuto", "nenhum", "geen", "ingen", "saknas", "ei tiedossa", "brak",
    "nevyplněno", "nincs adat", "безымянный", "yok", "belirtilmemiş", "pending", "to be defined", "diverse",
    "anonim", "anonymus", "estimado", "kliencie", "ladenkunde", "barkunde", "stammkunde", "endkunde", "firstname",
    "informação", "information", "dato", "datos", "data", "daten", "donnée", "dane", "údaj", "данных", "veri",
    "tieto", "prénom", "voornaam", "nome", "naam", "namn", "navn", "nimi", "jméno", "nazwa", "ohne", "sans",
    "senza", "zonder", "utan", "uten", "uden", "nepoznato", "neznámé", "δεν υπάρχει", "ikke", "אין", "لا يوجد",
    "不详", "不詳", "未填写", "未填寫", "未入力", "無名", "ななし", "名無し", "이름없음", "미입력", "không có",
    "ไม่มี", "お客様各位", "尊敬的客户", "尊敬的顾客", "고객님께", "shopper", "empty cell", "leerzeile", "nvt",
    "n.v", "sonst", "vorstand", "geschäftsleitung", "anrede", "salutation", "titel", "civilité", "tratamiento",
)  # fmt: skip

# Scripts without blanks have titles of one sign.
SHORT_TITLES = frozenset(("씨", "님", "様", "殿", "氏", "κ"))
# Titles and degrees that people are called by: alone they say nothing.
DOUBTFUL = (
    DOUBTFUL_TITLES
    | DOUBTFUL_DEGREES
    | frozenset(
        """
    graf dame lord lady hon gen col adm prinz chief pastor brother sister father fil ing-arch kh r eng jd rag
    marquis comte princess rt raja imam rabbi sheikh shaikh sheik mag kand cand kumari swami pandit haji dato datin
    tun puan ustad ibu bey don kum bc rn np fu bin junior senior neto filho fils père maj
    """.split()
    )
) - frozenset(("fr", "jr", "sr"))

# What comes with them: articles, "no", "your", "dear", and where they are from.
FILLERS = (
    "the", "a", "an", "no", "not", "my", "our", "your", "dear", "valued", "new", "old", "web", "website", "online",
    "newsletter", "retail", "amazon", "google", "facebook", "apple", "linkedin", "paypal", "ebay", "shopify",
    "mystery", "shopper", "cash", "kein", "keine", "ihr", "ihre", "dein", "mein", "der", "die", "das", "unser",
    "lieber", "liebe", "liebes", "werter", "neuer", "neue", "geehrter", "geehrte", "sehr", "cpd", "pas", "de", "du",
    "des", "le", "la", "les", "un", "une", "votre", "notre", "mon", "cher", "chère", "aucun", "aucune", "sin", "el",
    "los", "mi", "tu", "su", "estimado", "estimada", "querido", "nuevo", "senza", "il", "lo", "gentile", "caro",
    "cara", "nuovo", "sem", "o", "seu", "meu", "prezado", "prezada", "novo", "geen", "het", "een", "uw", "beste",
    "geachte", "nieuwe", "ingen", "ingenting", "din", "ditt", "bästa", "kära", "kære", "kjære", "ny", "brak", "bez",
    "twoje", "szanowny", "szanowna", "drogi", "droga", "vážený", "vážená", "nový", "milý", "tisztelt", "kedves",
    "stimate", "dragă", "poštovani", "без", "нет", "уважаемый", "уважаемая", "дорогой", "новый", "шановний",
    "αγαπητέ", "sayın", "değerli", "yeni", "hyvä", "uusi", "kallis", "gerbiamas", "cienījamais", "lugupeetud",
    "yang", "terhormat", "quý",
)  # fmt: skip
# A word for "test" or "sample", what may be tested, and how a compound of the two begins.
TESTS_OF = frozenset((
    "test", "testing", "tester", "teste", "prueba", "pruebas", "essai", "prova", "проверка", "dummy", "demo", "fake",
    "example", "sample", "beispiel", "muster", "exemple", "ejemplo", "esempio", "exemplo", "voorbeeld", "qa", "dev",
    "tst", "тест", "тестовая", "mustermann",
))  # fmt: skip
TESTED = frozenset((
    "mann", "frau", "person", "user", "kunde", "kundin", "gebruiker", "användare", "bruger", "bruker", "mail",
    "vorname", "name", "konto", "account", "klant", "kund", "contact", "empfänger", "adresse", "eintrag", "record",
    "row", "entry", "data", "je", "customer", "team", "city", "town", "ville", "village", "stadt", "ort", "dorf",
    "ciudad", "cidade", "città", "stad", "miasto", "město", "by", "place", "street", "straße", "strasse", "country",
    "land", "company", "co", "firm", "firma", "unternehmen", "gmbh", "ag", "inc", "ltd", "llc", "corp", "corporation",
    "limited", "ltda", "sa", "srl", "sarl", "spa", "bv", "oy", "ооо", "зао", "оао", "ип", "empresa",
    "azienda", "société", "entreprise", "bedrijf", "företag", "yritys", "şirket", "organisation", "organization",
    "org", "business", "shop", "store", "cliente", "client", "clienti", "utente", "usuario", "utilisateur", "nombre",
))  # fmt: skip
BEGINNINGS = ("test", "muster", "beispiel", "demo", "dummy", "proef", "prøve")
EASTERN_TESTS = ("テスト", "测试", "測試", "테스트", "δοκιμαστικ", "тестов")

# Of titles those that no list of names needs, next to those that imgurl knows of names.
MORE_TITLES = frozenset(
    """
    frl pd agr maître dona heer mevrouw rouva paní lord κυριοσ κύριοσ esq eng dipl-kfm dipl-inf dipl-oec dipl-betriebsw
    univ bay bayan hanım sayın fru fröken frk hr hra hrn
    rva neiti herrn fam familie family eheleute dna dl domnul doamna gospodin gospođa gđa úr kisasszony κυρία
    κύριος г-н г-жа госпожа господин пані пан mme mlle mssrs mesdames messieurs signor signore signorina sigg
    dottoressa professor professore profesor profesora professeur docteur doctor doktor doutor doutora
    dottore senhor senhora don doña señora señorita señores herren damen messrs junior senior 先生 女士 小姐 太太 様
    さん 殿 씨 님 선생님 آقای خانم سيد سيدة מר גברת श्री श्रीमती คุณ นาย นาง นางสาว
    """.split()
)
BETWEEN_TITLES = frozenset(("de", "o", "til", "and", "und", "et", "y", "e", "en", "i", "og", "och", "oder", "or", "ou"))


@lru_cache(maxsize=1)
def unlikely_words() -> frozenset[str]:
    """Return what may be a name and mostly is none, folded."""
    return frozenset(map(folded_word, UNLIKELY))


def is_about_nobody(text: str) -> bool:
    """Say whether all words of a text are such as are said of anybody: "Beste klant", "kein Vorname"."""
    words = text.split()
    if len(words) < 2:
        return False
    words = [folded_word(word) for word in words]
    return all(word in common_words() for word in words) and not fillers().issuperset(words)


def is_test(folded: str) -> bool:
    """Say whether a folded text is "test" and whatever may be tested, together or in words of their own.

    Or has the word of East Asia in it, where words are not divided.
    """
    if any(word in folded for word in EASTERN_TESTS):
        return True
    rest = folded.removeprefix("test").strip(" -_.")
    if _is_tested(folded) or (rest != folded and (rest in office_words() or rest in placeholder_words())):
        return True
    words = folded.replace(".", " ").split()
    tests = {word for word in words if word in TESTS_OF or _is_tested(word)}
    return bool(tests) and len(words) > 1 and tests | TESTED | fillers() >= set(words)


def _is_tested(word: str) -> bool:
    return any(word.startswith(test) and word.removeprefix(test).strip(" -_.") in TESTED for test in BEGINNINGS)


def is_title(text: str) -> bool:
    """Say whether a text is a title, a degree or a salutation, or several, and no name: "Herr Dr.", "Mr & Mrs"."""
    words = [word.strip(".,()").replace(".", "") for word in re.split(r"[\s/&+]+|\.(?=\w)", text.casefold())]
    words = [word for word in words if word and word not in BETWEEN_TITLES]
    if len(words) == 1 and words[0] in SHORT_TITLES:
        return True
    known = [word for word in words if word in TITLES or word in MORE_TITLES or word in DEGREES | GENERATIONS]
    # One letter is an initial; a word that is also a name is a title next to another one.
    return (
        words == known
        and any(len(word) > 1 for word in words)
        and (text.endswith(".") or any(word not in DOUBTFUL for word in words))
    )


@lru_cache(maxsize=1)
def fillers() -> frozenset[str]:
    """Return what comes with words for nobody and is none of them, folded."""
    return frozenset(map(folded_word, FILLERS)) - unlikely_words() - office_words() - placeholder_words()


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """Return words for nobody and what comes with them, folded."""
    return fillers() | unlikely_words() | office_words() | placeholder_words()


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
