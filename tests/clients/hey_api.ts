// A batch of each kind with the client that @hey-api/openapi-ts generates.
import { client } from "./hey/client.gen";
import { getJobsId, getJobsIdResult, postBatches, postBatchesCsv, postBatchesNdjson } from "./hey/sdk.gen";
import type { JobOut } from "./hey/types.gen";

client.setConfig({ baseUrl: process.env.BASE, auth: () => process.env.KEY, throwOnError: true });

async function result(job: JobOut | undefined): Promise<string> {
  let now = job!;
  while (now.status === "queued" || now.status === "running") {
    await new Promise((resolve) => setTimeout(resolve, 200));
    now = (await getJobsId({ path: { id: now.job_id } })).data!;
  }
  return (await getJobsIdResult({ path: { id: now.job_id }, query: { format: "csv" }, parseAs: "text" })).data as string;
}

async function main() {
  const design_id = "cert-2025";
  const json = await postBatches({ body: { design_id, rows: [{ full_name: "Ava Johnson" }, { full_name: "Leo Park" }] } });
  const csv = await postBatchesCsv({
    body: new Blob(["Name\nAva Johnson\nLeo Park\n"]),
    query: { design_id, warm: true, map_and_fallback: { "map.full_name": "Name" } },
  });
  const ndjson = await postBatchesNdjson({
    body: new Blob(['{"full_name": "Ava Johnson"}\n{"full_name": "Leo Park"}\n']),
    query: { design_id },
  });
  console.log(JSON.stringify({
    json: await result(json.data), csv: await result(csv.data), ndjson: await result(ndjson.data),
  }));
}

void main();
