/** What a sealed field can be: null and undefined are a field without a value. */
export type Value = string | number | bigint | boolean | null | undefined;
export type Values = Readonly<Record<string, Value>>;

/** Ids of the mail platforms whose tags are known. */
export type Esp =
  // Written from imgurl's own table, and checked against it.
  | "activecampaign"
  | "apollo"
  | "aweber"
  | "braze"
  | "brevo"
  | "campaignmonitor"
  | "constantcontact"
  | "customerio"
  | "dotdigital"
  | "drip"
  | "getresponse"
  | "hubspot"
  | "instantly"
  | "intercom"
  | "iterable"
  | "kit"
  | "klaviyo"
  | "lemlist"
  | "loops"
  | "mailchimp"
  | "mailerlite"
  | "mailgun"
  | "mandrill"
  | "marketo"
  | "moosend"
  | "omnisend"
  | "resend"
  | "sendgrid"
  | "sfmc"
  | "smartlead"
  | "zoho"
  // End of the list.

export type Format = "png" | "jpg" | "gif" | "webp" | "avif" | "pdf";

export interface MintOptions {
  /** Fields that the mail platform fills; as an object, with the platform's own name of each, or null. */
  readonly open?: readonly string[] | Readonly<Record<string, string | null>>;
  /** The mail platform. Without it, tags are written `@@first_name@@`. */
  readonly esp?: Esp;
  /** The image format; `png` if not given. */
  readonly ext?: Format;
  /** Unix seconds, not milliseconds. */
  readonly expires?: number;
  /** A design version's digest, or at least its first 12 hexadecimal digits. */
  readonly pin?: string;
  /** Device pixels per CSS pixel. */
  readonly dpr?: 1 | 2 | 3;
  /** Label for counts, limits and the log: lowercase letters, digits, `-` and `_`. */
  readonly campaign?: string;
}

export interface ImageAttributes {
  /** CSS pixels. */
  readonly width: number;
  /** CSS pixels. */
  readonly height: number;
  /** What the image says, for those who do not see it; plain text. */
  readonly alt: string;
}

/** Why a URL can't be minted: what is wrong, and what to do. */
export class MintError extends Error {}

/** Mints signed URLs with one key. It does not know your designs: an unknown field is signed and never drawn. */
export class Minter {
  private constructor();

  /**
   * Makes a minter from a key of the server's `keys.json`: its `secret`, in base64url, and its `id`.
   *
   * Rejects with a MintError for a malformed or short secret, key id or base.
   */
  static fromSecret(secret: string, baseUrl: string, keyId: string): Promise<Minter>;

  /**
   * Returns a signed URL. `values` are sealed; a value of a field in `open` is its fallback.
   *
   * Rejects with a MintError for what the server would refuse. In HTML write the URL with `imageTag`.
   */
  mint(design: string, values?: Values, options?: MintOptions): Promise<string>;
}

/** Returns the `<img>` of a URL for the HTML of a mail, with the mark that shows the charset of the page. */
export function imageTag(url: string, attributes: ImageAttributes): string;
