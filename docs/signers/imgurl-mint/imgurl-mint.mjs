/**
 * Signed image URLs of imgurl, in one file without dependencies: Node.js 18 or newer, Deno, and workers at the edge.
 *
 * Never in a page: whoever reads the secret can sign anything. A page asks its own server for the URL.
 */

/** Letters that a browser sends in the charset of the page, as references: imgurl learns from them which one that is. */
const MARK = "&#233;&#261;&#351;&#1071;&#902;&#1488;&#1593;&#3585;&#26085;&#353;&#1110;&#273;";

/** What the server reads: docs/urls.md. */
const MAX_TARGET_BYTES = 8192;
const MAX_PAIRS = 48;
const LONGEST_MARK = encodeURIComponent(MARK).length;
const FORMATS = ["png", "jpg", "gif", "webp", "avif", "pdf"];
const DESIGN = /^[a-z0-9][a-z0-9_-]{0,63}$/;
const FIELD = /^[a-z][a-z0-9_]{0,31}$/;
/** @type {Record<string, RegExp>} */
const CONTROLS = {
  _k: /^[a-z0-9]{1,12}$/,
  _o: /^/,
  _x: /^[1-9][0-9]{0,10}$/,
  _v: /^[0-9a-f]{12,64}$/,
  _m: /^[a-z0-9]{1,32}$/,
  _dpr: /^[123]$/,
  _c: /^[a-z0-9][a-z0-9_-]{0,63}$/,
};
const BASE_URL = /^https?:\/\/[^\s/?#@"'<>]+(\/[^\s?#"'<>]*)?$/i;
const THEIR_NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_.\-$:]{0,79}$/u;
const VARIABLE = /^\p{L}[\p{L}\p{N}_]*(\.[\p{L}\p{N}][\p{L}\p{N}_]*)*$/u;

/**
 * Tags of mail platforms, NAME being the platform's name of a field.
 * @type {Record<string, {tag: string, custom?: string, naming: string, names?: Record<string, string>, bare?: true}>}
 */
const PLATFORMS = {
  // Written from imgurl's own table, and checked against it.
  activecampaign: { tag: "%NAME%", naming: "FIRSTNAME", names: {"company_name": "ACCT_NAME"} },
  apollo: { tag: "{{NAME}}", naming: "first_name", names: {"company_name": "company"} },
  aweber: { tag: "{{subscriber.NAME}}", custom: "{{subscriber.custom_field.NAME}}", naming: "first_name", names: {"first_name": "first_name", "last_name": "last_name", "email": "email"} },
  braze: { tag: "{{${NAME}|url_param_escape}}", custom: "{{custom_attribute.${NAME}|url_param_escape}}", naming: "first_name", names: {"first_name": "first_name", "last_name": "last_name", "email": "email_address", "city": "city", "country": "country", "language": "language"} },
  brevo: { tag: "{{contact.NAME}}", naming: "FIRSTNAME", names: {"company_name": "COMPANY"} },
  campaignmonitor: { tag: "[NAME,fallback=]", naming: "firstname", names: {"company_name": "company"} },
  constantcontact: { tag: "[[NAME]]", custom: "[[CUSTOM.NAME]]", naming: "FIRSTNAME", names: {"first_name": "FIRSTNAME", "last_name": "LASTNAME", "email": "EMAIL", "company_name": "COMPANY"} },
  customerio: { tag: "{{customer.NAME|default:nil|url_encode}}", naming: "first_name", names: {"company_name": "company"} },
  dotdigital: { tag: "@NAME@", naming: "FIRSTNAME", names: {"company_name": "COMPANY"} },
  drip: { tag: "{{subscriber.NAME|url_encode}}", naming: "first_name", names: {"company_name": "company"} },
  getresponse: { tag: "[[NAME]]", naming: "firstname", names: {"company_name": "company"} },
  hubspot: { tag: "{{contact.NAME|urlencode}}", naming: "firstname", names: {"company_name": "company"}, bare: true },
  instantly: { tag: "{{NAME}}", naming: "firstName" },
  intercom: { tag: "{{NAME}}", naming: "first_name", names: {"company_name": "company.name"} },
  iterable: { tag: "{{#urlEncode}}{{{NAME}}}{{/urlEncode}}", naming: "firstName", names: {"company_name": "company"} },
  kit: { tag: "{{subscriber.NAME|url_encode}}", naming: "first_name", names: {"company_name": "company"} },
  klaviyo: { tag: "{{NAME|urlencode}}", custom: "{{person.NAME|urlencode}}", naming: "first_name", names: {"first_name": "first_name", "last_name": "last_name", "email": "email", "full_name": "full_name", "company_name": "person.organization", "city": "person.City", "country": "person.Country"}, bare: true },
  lemlist: { tag: "{{NAME}}", naming: "firstName" },
  loops: { tag: "{NAME}", custom: "{DATA_VARIABLE:NAME}", naming: "firstName", names: {"first_name": "firstName", "last_name": "lastName", "email": "email"} },
  mailchimp: { tag: "*|URL:NAME|*", naming: "FIRST_NAME", names: {"first_name": "FNAME", "last_name": "LNAME", "company_name": "COMPANY"} },
  mailerlite: { tag: "{$NAME}", naming: "first_name", names: {"first_name": "name", "company_name": "company"} },
  mailgun: { tag: "%recipient.NAME%", naming: "first_name" },
  mandrill: { tag: "*|URL:NAME|*", naming: "FIRST_NAME", names: {"first_name": "FNAME", "last_name": "LNAME", "company_name": "COMPANY"} },
  marketo: { tag: "{{my.NAME}}", naming: "first_name" },
  moosend: { tag: "#recipient:NAME#", naming: "firstname", names: {"first_name": "name"} },
  omnisend: { tag: "[[contact.NAME]]", naming: "first_name", names: {"company_name": "company"} },
  resend: { tag: "{{{NAME}}}", naming: "FIRST_NAME" },
  sendgrid: { tag: "{{NAME}}", naming: "first_name", names: {"company_name": "company"} },
  sfmc: { tag: "%%=URLEncode(AttributeValue('NAME'),1,1)=%%", naming: "FirstName", names: {"email": "emailaddr", "company_name": "Company"} },
  smartlead: { tag: "{{NAME}}", naming: "first_name" },
  zoho: { tag: "$[NAME]$", custom: "$[UD:NAME]$", naming: "FIRSTNAME", names: {"first_name": "FNAME", "last_name": "LNAME", "email": "EMAIL", "company_name": "COMPANYNAME"} },
  // End of the table.
};

/** Why a URL can't be minted: what is wrong, and what to do. */
export class MintError extends Error {
  name = "MintError";
}

export class Minter {
  /** @type {CryptoKey} */ #key;
  /** @type {string} */ #base;
  /** @type {string} */ #keyId;

  /**
   * @param {CryptoKey} key
   * @param {string} base
   * @param {string} keyId
   * @private
   */
  constructor(key, base, keyId) {
    this.#key = key;
    this.#base = base;
    this.#keyId = keyId;
  }

  /**
   * @param {string} secret
   * @param {string} baseUrl
   * @param {string} keyId
   */
  static async fromSecret(secret, baseUrl, keyId) {
    const bytes = decoded(secret);
    if (bytes.length < 32) throw new MintError(`the secret has ${bytes.length} bytes; at least 32 are needed`);
    if (!CONTROLS._k.test(keyId)) throw new MintError("a key id has 1 to 12 characters of a-z and 0-9");
    if (baseUrl && !BASE_URL.test(baseUrl))
      throw new MintError(`no link can begin with '${baseUrl}'; give the server's public address`);
    const key = await hmacKey(await hmac(await hmacKey(bytes), "imgurl/url/v1"));
    return new Minter(key, baseUrl.replace(/\/+$/, ""), keyId);
  }

  /**
   * @param {string} design
   * @param {import("./imgurl-mint.d.mts").Values} [values]
   * @param {import("./imgurl-mint.d.mts").MintOptions} [options]
   */
  async mint(design, values = {}, options = {}) {
    const { open = [], esp, ext = "png", expires, pin, dpr = 1, campaign } = options;
    const opened = Array.isArray(open) ? Object.fromEntries(open.map((name) => [name, null])) : open;
    const names = Object.keys(opened).sort();
    const pairs = {
      ...controls({ _k: this.#keyId, _o: names.join(".") || null, _x: expires, _v: pin, _m: esp,
        _dpr: dpr === 1 ? null : dpr, _c: campaign }),
      ...texts(values, names),
    };
    if (!DESIGN.test(design)) throw new MintError(`the design is '${design}'; ids are lowercase letters, digits, - and _`);
    if (!FORMATS.includes(ext)) throw new MintError(`ext is '${ext}'; known are ${FORMATS.join(", ")}`);
    if (Object.keys(pairs).length > MAX_PAIRS)
      throw new MintError(`the URL would hold ${Object.keys(pairs).length} pairs; the server reads ${MAX_PAIRS}`);
    if (esp !== undefined && !Object.hasOwn(PLATFORMS, esp))
      throw new MintError(`'${esp}' is not a known mail platform; known are ${Object.keys(PLATFORMS).join(", ")}`);
    const tags = names.map((name) => `&${name}=${tagOf(esp, name, opened[name])}`).join("");
    const query = Object.entries(pairs).map(([name, value]) => `${name}=${encoded(value)}`).join("&");
    const signature = base64url(await hmac(this.#key, canonical(design, ext, pairs)));
    const url = `${this.#base}/i/${design}.${ext}?${query}&_s=${signature}${tags}${tags && "&_z=1"}`;
    const length = [...url].length + (tags ? LONGEST_MARK : 0);
    if (length > MAX_TARGET_BYTES)
      throw new MintError(`the URL would be ${length} characters long; the server reads ${MAX_TARGET_BYTES}`);
    return url;
  }
}

/**
 * @param {string} url
 * @param {import("./imgurl-mint.d.mts").ImageAttributes} attributes
 */
export function imageTag(url, { width, height, alt }) {
  const src = escaped(url).replace(/&amp;_z=1$/, `&amp;_z=${MARK}`);
  const text = escaped(alt).replaceAll('"', "&quot;").replaceAll("'", "&#x27;");
  const style = "display:block;max-width:100%;height:auto;border:0";
  // Each attribute on a line of its own: mail servers break lines of more than 998 bytes.
  return ["<img", `src="${src}"`, `width="${width}"`, `height="${height}"`, `alt="${text}"`, `style="${style}">`].join("\n");
}

/** @param {Record<string, unknown>} given */
function controls(given) {
  /** @type {Record<string, string>} */
  const pairs = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null) continue;
    pairs[name] = String(value);
    if (!CONTROLS[name].test(pairs[name])) throw new MintError(`${name} is '${value}', which is not valid`);
  }
  if (pairs._x && Number(pairs._x) <= Date.now() / 1000) throw new MintError("expires is in the past");
  return pairs;
}

/**
 * @param {import("./imgurl-mint.d.mts").Values} values
 * @param {string[]} opened
 */
function texts(values, opened) {
  /** @type {Record<string, string>} */
  const pairs = {};
  for (const name of [...Object.keys(values), ...opened])
    if (!FIELD.test(name)) throw new MintError(`'${name}' is not a valid name of a field: lowercase letters, digits and _`);
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === null) continue;
    const text = plainText(name, value);
    if (/[\u0000-\u001f\u007f-\u009f]/.test(text))
      throw new MintError(`${name} contains a line break or another control character; write it on one line`);
    if (/\p{Surrogate}/u.test(text)) throw new MintError(`${name} contains an unpaired surrogate; send valid Unicode`);
    pairs[name] = text;
  }
  return pairs;
}

/**
 * A value as a person writes it: 89.5 is "89.5", 0.1 + 0.2 is "0.3", 1e21 has 22 digits.
 * @param {string} name
 * @param {unknown} value
 */
function plainText(name, value) {
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    if (!Number.isFinite(value)) throw new MintError(`${name} is ${value}, which is not a number that an image can show`);
    // 15 digits come back from a double as they went in.
    const [, sign, first, others, power] = /^(-?)(\d)\.(\d+)e(.+)$/.exec(value.toExponential(14)) ?? [];
    const digits = (first + others).replace(/0+$/, "");
    const point = Number(power) + 1;
    if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
    return sign + (digits.length <= point ? digits.padEnd(point, "0") : `${digits.slice(0, point)}.${digits.slice(point)}`);
  }
  if (["string", "number", "bigint", "boolean"].includes(typeof value)) return String(value);
  throw new MintError(`${name} is of the type ${typeof value}; give a text or a number`);
}

/**
 * @param {string | undefined} esp
 * @param {string} name
 * @param {string | null} theirs
 */
function tagOf(esp, name, theirs) {
  const platform = esp === undefined ? undefined : PLATFORMS[esp];
  if (theirs && !(platform?.bare ? VARIABLE : THEIR_NAME).test(theirs))
    throw new MintError(`${name} maps to '${theirs}', which the tags of a platform can't hold`);
  if (!platform) return `@@${theirs || name}@@`;
  const known = platform.names ?? {};
  const field = theirs || (Object.hasOwn(known, name) ? known[name] : spelt(name, platform.naming));
  const tag = platform.custom && !Object.values(known).includes(field) ? platform.custom : platform.tag;
  return tag.split("NAME").join(field);
}

/**
 * @param {string} name
 * @param {string} naming
 */
function spelt(name, naming) {
  const words = name.split("_").filter(Boolean);
  const capitals = words.map((word) => word[0].toUpperCase() + word.slice(1));
  switch (naming) {
    case "firstName": return [words[0], ...capitals.slice(1)].join("");
    case "FirstName": return capitals.join("");
    case "firstname": return words.join("");
    case "FIRSTNAME": return words.join("").toUpperCase();
    case "FIRST_NAME": return words.join("_").toUpperCase();
    default: return name;
  }
}

/**
 * @param {string} design
 * @param {string} ext
 * @param {Record<string, string>} pairs
 */
function canonical(design, ext, pairs) {
  const names = Object.keys(pairs).sort();
  const parts = ["imgurl-url-1", design, ext, String(names.length), ...names.flatMap((name) => [name, pairs[name]])];
  return parts.map((part) => `${new TextEncoder().encode(part).length}:${part},`).join("");
}

/** @param {string} text */
function encoded(text) {
  const spelling = (/** @type {string} */ sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/[!'()*]/g, spelling).replaceAll("%20", "+");
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Web Crypto, which Node.js 18 has in a module only; bundlers need not find that. */
async function subtle() {
  const module = "node:crypto";
  return (globalThis.crypto ?? (await import(/* @vite-ignore */ /* webpackIgnore: true */ module)).webcrypto).subtle;
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function hmacKey(bytes) {
  return (await subtle()).importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

/**
 * @param {CryptoKey} key
 * @param {string} text
 */
async function hmac(key, text) {
  return new Uint8Array(await (await subtle()).sign("HMAC", key, new TextEncoder().encode(text)));
}

/** @param {string} text */
function decoded(text) {
  if (!/^[A-Za-z0-9_-]+=*$/.test(text)) throw new MintError("the secret is not base64url");
  const binary = atob(text.replace(/=+$/, "").replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** @param {Uint8Array} bytes */
function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
