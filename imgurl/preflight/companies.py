"""Whether a name is a company's, an office's or an institution's."""

import re

# Legal forms and words that only companies end in, as whole words.
ENDINGS = (
    r"gmbh|mbh|g\.m\.b\.h\.?|ohg|e\.\s?k\.|e\.\s?v\.|gbr|kgaa|ltd\.?|limited|llc|l\.l\.c\.?|llp|inc\.?",
    r"incorporated|corp\.|corporation|plc|pty\.?|pte\.?|& co\.?|and company|& sons?|& söhne|& fils|& partners?",
    r"sarl|s\.a\.r\.l\.?|s\.\s?a\.(?: de c\. ?v\.)?|s\.p\.a\.?|s\.r\.l\.?s?|srl|s\.a\.s\.?|eurl|s\.l\.u?\.?",
    r"ltda\.?|lda\.?|eireli|b\.v\.?|n\.v\.?|vof|aps|a/s|oyj|sp\.? z ?o\.? ?o\.?|sp\. ?k\.|s\.r\.o\.?|a\.s\.|kft\.?",
    r"zrt\.?|nyrt\.?|d\.o\.o\.?|o\.o\.d\.|e\.o\.o\.d\.|ооо|оао|зао|пао|a\.ş\.|ltd\. şti\.?|sdn\.? bhd\.?|bhd\.?",
    r"pvt\.?|holdings?|solutions|consulting|technologies|enterprises|industries|logistics|services|software",
    "immobilien|versicherungen|apotheke|sparkasse|volksbank|stadtwerke|foundation|stiftung|university|universität",
    "université|universidad|ministry|association|associates|company|society|verein|verlag|agency|agentur|studios",
    r"gruppe|ood|eood|оод|еоод|doo|d\.d\.|ehf\.?|hf\.?|oü|sia|α\.?ε\.?|ε\.?π\.?ε\.?|joint stock|m\.b\.h\.|s\.c\.",
    r"s\.n\.c\.?|jsc|tbk\.?|berhad",
)
FORMS = re.compile(
    rf"(?<=\S)[\s,(]+(?:{'|'.join(ENDINGS)})(?=$|[\s,.)])"
    r"|株式会社|有限会社|有限公司|주식회사|^(?:ооо|зао|оао|пао|ип) [«\"]",
    re.IGNORECASE,
)
# Words that are an office's or a firm's however they begin: Hausverwaltung, Einkaufsabteilung, Online-Shop.
COMPOUND = re.compile(
    r"(?:verwaltung|abteilung|leitung|werkstatt|werkstätten|praxis|kanzlei|handlung|zentrale|vorstand|sekretariat|bäckerei|"
    r"metzgerei|gärtnerei|schreinerei|apotheke|klinik|verein|ministerium|genossenschaft|gesellschaft|betriebsrat|"
    r"aktiebolag|\bsp\. ?j\.|\bshop|\bstore|\bdesk|\bmanagement|\bbaptist church|\bgarage)(?!\w)|合同会社|"
    r"合資会社|医療法人|公司|"
    r"\(주\)|㈱",
    re.IGNORECASE,
)
# The same in capitals only, next to a word that is not: "Nordwind AG", not "AB DE VILLIERS" or "Maria Sa".
CAPITAL_FORMS = re.compile(r"(?<=\w[\s,])(?:AG|KG|SE|UG|AB|AS|ASA|OY|BV|NV|SA|SAS|SL|SC|SNC|KK|CO|OÜ|UAB|AD|JSC|PJSC)$")

# Before a name; what is short in its own case: Oy Virtanen, ООО Ромашка, PT Maju Jaya.
BEFORE = re.compile(
    r"^(?:(?i:ооо|оао|зао|пао|kft\.?|zrt\.?|firma|fa\.|ets\.|établissements|société|sté\.?|ditta|p\.?p\.?h\.?u\.?)|ИП|ТОВ|Oy|OY"
    r"|PT|CV|UD)\s+\S"
)
# What a shop, a practice or an institution is called by. First or last, or the end of a German compound.
TRADES = (
    "bäckerei|metzgerei|fleischerei|konditorei|gärtnerei|schreinerei|tischlerei|autohaus|gasthaus|gasthof",
    "landgasthof|hotel|pension|restaurant|ristorante|restaurante|pizzeria|trattoria|café|cafe|bistro|bar & grill",
    "praxis|arztpraxis|zahnarztpraxis|kanzlei|rechtsanwälte|rechtsanwaltskanzlei|steuerberater|steuerbüro",
    "ingenieurbüro|architekturbüro|apotheke|pharmacie|farmacia|apteka|аптека|pharmacy|boulangerie|boucherie",
    "cabinet|mairie|commune|ayuntamiento|comune|gemeinde|stadt|stadtverwaltung|landkreis|university|universität",
    "université|universidad|università|universiteit|uniwersytet|университет|college|schule|école|escuela|scuola",
    "grundschule|gymnasium|lycée|kindergarten|hospital|krankenhaus|klinik|klinikum|clinic|clínica|clinique",
    r"kirchengemeinde|pfarramt|department|dept\.?|division|abteilung|service|services|team|group|gruppe|groupe",
    "grupo|gruppo|banque|banco|banca|insurance|versicherung|assurances|museum|musée|museo|theater|theatre|théâtre",
    r"library|bibliothek|verein|sportverein|club|club e\. ?v\.|tsv|fc|svg?|ministry|ministerium|council|committee",
    "trust|fund|institute|institut|instituto|istituto|laboratory|salon|friseur|coiffure|studio|atelier|werkstatt",
    "transporte?|spedition|logistik|trading|traders|motors|constructions?|immobili(?:en|er|are)|real estate",
    "travel|reisen|reisebüro|viajes|voyages",
)
TRADE = re.compile(rf"^(?:{'|'.join(TRADES)})\s+\S|\S\s(?:{'|'.join(TRADES)})$", re.IGNORECASE)


def is_company(text: str) -> bool:
    """Say whether a text has a legal form, or a word that companies and institutions are called by."""
    if COMPOUND.search(text):
        return True
    if text.isalpha() and text.isascii():
        return False
    if FORMS.search(text) or BEFORE.match(text) or TRADE.search(text):
        return True
    return CAPITAL_FORMS.search(text) is not None and not text.isupper()
