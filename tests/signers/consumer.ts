// What a user of the package writes in TypeScript, and what the compiler keeps them from.
import { imageTag, Minter, MintError, type Esp, type MintOptions } from "imgurl-mint";

const minter: Minter = await Minter.fromSecret(process.env["IMGURL_SECRET"] ?? "", "https://img.example.com", "k1");
const esp: Esp = "mailchimp";
const options: MintOptions = { open: ["first_name"], esp, ext: "jpg", campaign: "spring-26", dpr: 2 };
const url: string = await minter.mint("newsletter-hero-april", { offer_name: "24 % off", price: 89.5, vip: true, city: null }, options);
const named: string = await minter.mint("newsletter-hero-april", {}, { open: { first_name: "VORNAME", city: null }, expires: 4102444800 });
const tag: string = imageTag(url, { width: 600, height: 315, alt: "Spring is here" });

// @ts-expect-error a minter is made by fromSecret alone
export const keyless = () => new Minter();
// @ts-expect-error no such platform
await minter.mint("hero", {}, { esp: "mailchump" }).catch(() => "");
// @ts-expect-error no such format
await minter.mint("hero", {}, { ext: "bmp" }).catch(() => "");
// @ts-expect-error Unix seconds, not a date
await minter.mint("hero", {}, { expires: new Date() }).catch(() => "");
// @ts-expect-error a list is not a value
await minter.mint("hero", { names: ["Ava"] }).catch(() => "");
// @ts-expect-error the alternative text is not optional
export const unsaid = () => imageTag(url, { width: 600, height: 315 });

const refused: boolean = await minter.mint("Hero").then(() => false, (error: unknown) => error instanceof MintError);
console.log(JSON.stringify({ url, named, tag, refused }));
