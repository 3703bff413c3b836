"""What a value says about its row in a few words: that somebody is dead, or must not be written to. In many languages.

Notes are written around names as often as in their place ("Peter (verstorben)", "DNC - moved"), with endings and in an
order that no list of words has; so these are patterns of stems, none of which begins a name.
"""

import re

# Stems at the beginning of a word; a "$" ends the word.
GONE = (
    r"deceas|passed away|dead$|r\. ?i\. ?p\.|rest in peace|verstorb|gestorben|ist tot$|entschlafen|décéd|decedee?$",
    r"défunt|falleci[dó]|difunt[oa]|q\.?e\.?p\.?d\.?$|falecid|finad[oa]$|decedut|defunt[oa]|overleden",
    "avlid(?:en|it|ne)|avdød|afdød|ved døden|bortgång|kuollut|edesmennyt|zmarł|nie żyje|zemřel|zomrel|zosnul",
    "elhunyt|meghalt|decedat|preminu[lo]|pokojni|умер(?:ла|ший|шая)?$|скончал|покойн|помер(?:ла)?$|починал",
    "απεβίωσ|αποβιώσ|νεκρ|vefat et|ölmüş|merhum|marehemu|almarhum|meninggal|namatay|sumalangit|surnud|miris$",
    "mirusi|látin|látinn|mirė|i vdekur|umrl[ai]?$",
)
MORE_GONE = (
    r"passed$|verst\.|hat uns verlassen|feue? (?:m\.|mme|monsieur)|faleceu|óbito|overl\.|er død$|død$|ś\.? ?p\.",
    r"öldü|rahmetli|qua đời",
)
ESTATE = (
    r"(?:the )?estate of|the late (?:mr|mrs|ms|dr)?|late (?:mr|mrs|ms|dr)\b|nachlass|erbengemeinschaft",
    "erben (?:von|des|der)|heirs of|succession de|héritiers de|herederos de|herencia de|eredi (?:di|del)",
    "herdeiros de|erven van|dødsbo|dödsbo",
)
# Not to, and what not to do.
REFUSALS = (
    "(?:do not|do ?n[’']?t|never|not to be|no) (?:re-?)?(?:contact|mail|e-?mail|call|phone|ring|send)",
    "(?:do not|do ?n[’']?t|never|not to be|no) (?:re-?)?(?:write|use|disturb|text|market|mailing|solicit|sms)",
    "(?:bitte )?(?:nicht|nie|keine?n?)(?: mehr)? (?:mehr )?(?:kontakt|anschreib|anruf|e?-?mail|werbung)",
    r"(?:bitte )?(?:nicht|nie|keine?n?)(?: mehr)? (?:mehr )?(?:post\b|newsletter|verwenden)",
    "(?:bitte )?(?:nicht|nie|keine?n?)(?: mehr)? (?:mehr )?(?:beliefern|zusenden|schreiben)",
    "n[e’'] ?(?:pas|plus|jamais) (?:contact|appel|écri|envoy|utilis|dérang|sollicit|relanc)",
    "pas de (?:mail|pub|contact|newsletter)|no (?:contactar|llamar|molestar|escribir|enviar|usar|utilizar|mandar)",
    "non (?:contattare|chiamare|scrivere|inviare|usare|disturbare)",
    "n[ãa]o (?:contac?tar|ligar|enviar|usar|perturb|escrever|mandar)",
    "niet (?:mailen|bellen|contact|benaderen|gebruiken|aanschrijven)|geen (?:mail|reclame|post)",
    "(?:kontakta|ring|maila|skicka) (?:ej|inte)|(?:ej|inte) (?:kontakt|ring|mail)",
    "(?:ikke|ikkje|må ikke) (?:kontakt|ring|mail|send)|(?:kontakt|ring) ikke",
    "nie (?:kontaktowa|dzwoni|pisa|wysyła|używa|mailowa)|ne(?:kontaktovat|volat|posílat|psát|kontaktovať)",
    "не (?:звонить|писать|беспокоить|контактировать|отправлять|использовать|слать|дзвонити|писати|турбувати)",
    "älä (?:ota yhteyttä|soita|lähetä)|ei saa (?:ottaa|soittaa|lähettää)|ne keresse|ne írjon",
    "nu (?:contacta|suna|trimite)|ne kontaktirati|μην? (?:καλ|στέλν|επικοινων|ενοχλ)|aramayın|iletişime geçmeyin",
    "mail atmayın|jangan (?:hubungi|kirim)|không (?:liên hệ|gửi|gọi)|đừng (?:gửi|gọi|liên hệ)|huwag",
)
LEFT = (
    r"stop (?:mail|e-?mail|contact|sending)|removed? (?:me|by|on)|werbeverbot|ungültig|(?:alter|alte) kontakt",
    r"baja$|eliminar$",
    r"da eliminare|(?:inga|ingen|inget) (?:utskick|reklam|post|mail)|не надсилати|jangan di|merged|archived",
    r"archiviert|obsolete",
    "unsubscri|opt(?:ed|ing)?[ -]?out|désinscri|désabonn|abgemeldet|ausgetragen|austragen|uitgeschreven|afgemeld",
    "avregistrer|avmeld(?:t|ing)|frameldt|afmeldt|wypisan|отписал|отписан|dad[oa] de baja|baja definitiva",
    "darse de baja|disiscritt|descadastr|cancelou inscri|peruut(?:ettu|anut tilauk)|leiratkoz|odhlášen|dezabonat",
    "odjavljen|delete me|to be deleted|please (?:delete|remove)|remove from list|take me off|zu löschen",
    "bitte löschen|à supprimer|da cancellare|te verwijderen|blacklist|black list|suppression list",
    "robinson(?:liste|-liste)|werbesperre|mailsperre|versandsperre|kontaktsperre|werbewiderspruch|widerspruch$",
    "gesperrt|dnc$|dnm$|dne$|gdpr|dsgvo|rgpd|moved away|gone away|unbekannt verzogen|verzogen$",
    "left (?:the )?company|no longer (?:here|with|employed|works?)|ex[ -]employee|ausgeschieden$|duplicate$",
    "dublette$|duplikat$|doublon$|hard bounce|bounced$|inactive$|do not use",
)
# Where words are not divided by blanks, or what is a sign.
ANYWHERE = (
    r"[†✝⚰☠🕊](?!\w)|^[†✝⚰☠🕊]|请勿|勿(?:打扰|扰|联系|擾|聯繫)|不要(?:联系|聯絡|发)|退订|退訂|取消订阅|黑名单",
    "過世|过世|별세|작고|פטירה|توفي|已故|去世|死亡|死去|逝世|故人|逝去|配信停止|連絡不要|連絡禁止",
    r"送信不可|送らない|退会|연락\s?금지|수신\s?거부|발송\s?금지|탈퇴|사망|고인",
    r"متوف|مرحوم|المرحوم|لا تتصل|عدم الاتصال|لا ترسل|ז[\"״]ל$|נפטר",
    "המנוח|לא ליצור קשר|להסיר|स्वर्गीय|संपर्क न करें|เสียชีวิต|ห้ามติดต่อ|ห้ามส่ง|đã mất|đã chết",
)


# What somebody noted of a person or a company beside the name or in its place; it may be a part of one.
REMARKS = (
    r"n[ée]e (?=\S)|geb\. |geborene? |z domu (?=\S)|урожд|vip[ -](?:customer|client|kund|guest|member|klant)",
    r"key account|wrong (?:number|person|name|e-?mail)|falsche (?:nummer|person)|retired$|pensioniert",
    r"im ruhestand|rentner(?:in)?$|retraitée?$|jubilad[oa]$|pensionato$|aposentad[oa]$|gepensioneerd|divorced",
    r"geschieden$|divorcée?$|divorciad[oa]$|divorziat[oa]$|widow(?:ed|er)?$|verwitwet|veuve de|viud[oa] de",
    r"vedov[oa] di|moved (?:to|in|out|house)|moved\s*[-:,(]|moved$|umgezogen|déménagé|verhuisd|se mud[óo]",
    r"trasferit[oa]$|przeprowadz|переехал|out of business|closed down|permanently closed",
    r"closed\s*[-:,(]|geschlossen$|aufgelöst$|insolvent|in liquidation|bankrupt$|fermée? définitivement",
    r"cerrad[oa]$|chius[oa]$",
    r"merged? (?:with|into)|duplicate (?:of|-)|see (?:also )?(?:account|record|contact)|do not merge",
    r"return(?:ed)? to sender|(?:bad|wrong|invalid|old|incorrect) (?:address|e-?mail|phone|data)|^z{2,}\b",
    r"[(\[]closed[)\]]",
    r"check (?:the )?(?:address|e-?mail|name)|handle with care|on hold$|prospect$|lead only|ex[ -]customer",
    r"former customer",
)


def _words(stems: tuple[str, ...]) -> str:
    return "|".join(stems).replace("$", r"(?!\w)")


NOTE = re.compile(
    rf"(?<!\w)(?:{_words(GONE + MORE_GONE + REFUSALS + LEFT)})|^(?:{_words(ESTATE)})(?!\w)|{'|'.join(ANYWHERE)}"
    r"|(?-i:\bRIP\b|\brip\b|(?<=\W)Rip\b)(?=\W*$|\W*\d)|\bdied\b",
    re.IGNORECASE,
)
# No company and no city is dead, and some are called so: Dead River.
REFUSAL = re.compile(rf"(?<!\w)(?:{_words(REFUSALS + LEFT)})", re.IGNORECASE)


REMARK = re.compile(rf"(?<!\w)(?:{_words(REMARKS)})", re.IGNORECASE)


def is_refusal(text: str) -> bool:
    """Say whether a text says that nobody must be written to, or that its row is over."""
    return REFUSAL.search(text) is not None


def is_remark(text: str) -> bool:
    """Say whether a text has a note about its row in it that is no name: "Anna (née Kowalska)", "moved to Leeds"."""
    return REMARK.search(text) is not None


def is_note(text: str) -> bool:
    """Say whether a text says that its row must get no mail."""
    return NOTE.search(text) is not None or ("-" in text and NOTE.search(text.replace("-", " ")) is not None)
