"""The currencies of ISO 4217 in use, and locales of all kinds of writing numbers."""

from typing import Final

CURRENCIES: Final = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLF CLP
CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS
INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU
MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK
SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UYW UZS VED VES VND VUV WST XAF
XCD XOF XPF YER ZAR ZMW ZWG
""".split()

LOCALES: Final = """
af-ZA am-ET ar-AE ar-DZ ar-EG ar-KW ar-MA ar-SA as-IN az-AZ be-BY bg-BG bn-BD bn-IN bs-BA ca-ES ckb-IQ cs-CZ cy-GB da-DK
de-AT de-CH de-DE de-LI dz-BT el-GR en-AU en-CA en-CH en-GB en-IE en-IN en-KE en-NG en-NZ en-PH en-SG en-US en-ZA es-419
es-AR es-BO es-CL es-CO es-CR es-ES es-MX es-PE es-US es-VE et-EE eu-ES fa-AF fa-IR fi-FI fil-PH fo-FO fr-BE fr-CA fr-CH
fr-FR fr-LU fr-MA ga-IE gl-ES gsw-CH gu-IN ha-NG he-IL hi-IN hr-HR hu-HU hy-AM id-ID ig-NG is-IS it-CH it-IT ja-JP jv-ID
ka-GE kea-CV kk-KZ km-KH kn-IN ko-KR ky-KG lb-LU lo-LA lt-LT lv-LV mk-MK ml-IN mn-MN mr-IN ms-MY mt-MT my-MM nb-NO ne-NP
nl-BE nl-NL nn-NO or-IN pa-IN pl-PL ps-AF pt-AO pt-BR pt-CV pt-PT ro-MD ro-RO ru-RU sd-PK si-LK sk-SK sl-SI so-SO sq-AL
sr-Latn-RS sr-RS sv-SE sw-KE sw-TZ ta-IN ta-LK te-IN th-TH tk-TM tr-TR uk-UA ur-IN ur-PK uz-UZ vi-VN wo-SN xh-ZA yo-NG
yue-HK zh-CN zh-Hant-HK zh-TW zu-ZA
""".split()
