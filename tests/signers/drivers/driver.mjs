// Mints with the package. Standard input: [{"secret", "base", "key", "design", "values", "options", "alt"}]; standard
// output: [{"url", "tag"} or {"error"}]. With "--without-crypto" as in Node.js 18, which has no global of that name.
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

if (process.argv[3] === "--without-crypto") delete globalThis.crypto;
const { imageTag, Minter, MintError } = await import(pathToFileURL(process.argv[2]).href);

const done = [];
for (const { secret, base, key, design, values, options, alt } of JSON.parse(await text(process.stdin))) {
  try {
    const minter = await Minter.fromSecret(secret, base, key);
    const url = await minter.mint(design, values, options);
    done.push({ url, tag: imageTag(url, { width: 600, height: 315, alt }) });
  } catch (error) {
    if (!(error instanceof MintError)) throw error;
    done.push({ error: error.message });
  }
}
process.stdout.write(JSON.stringify({ hasCrypto: "crypto" in globalThis, done }));
