// A batch of each kind with openapi-fetch, typed by what openapi-typescript generates.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

const client = createClient<paths>({
  baseUrl: process.env.BASE,
  headers: { Authorization: `Bearer ${process.env.KEY}` },
  // openapi-fetch knows the types of the document, not how it spells objects in a query: name[member]=… is its default.
  querySerializer: { object: { style: "form", explode: true } },
});

async function result(job: components["schemas"]["JobOut"] | undefined): Promise<string> {
  let now = job!;
  while (now.status === "queued" || now.status === "running") {
    await new Promise((resolve) => setTimeout(resolve, 200));
    now = (await client.GET("/v1/jobs/{id}", { params: { path: { id: now.job_id } } })).data!;
  }
  const params = { path: { id: now.job_id }, query: { format: "csv" as const } };
  return (await client.GET("/v1/jobs/{id}/result", { params, parseAs: "text" })).data!;
}

async function main() {
  const design_id = "cert-2025";
  const json = await client.POST("/v1/batches", {
    body: { design_id, rows: [{ full_name: "Ava Johnson" }, { full_name: "Leo Park" }] },
  });
  const csv = await client.POST("/v1/batches/csv", {
    body: "Name\nAva Johnson\nLeo Park\n",
    bodySerializer: (list) => list,
    headers: { "Content-Type": "text/csv" },
    params: { query: { design_id, warm: true, map_and_fallback: { "map.full_name": "Name" } } },
  });
  const ndjson = await client.POST("/v1/batches/ndjson", {
    body: '{"full_name": "Ava Johnson"}\n{"full_name": "Leo Park"}\n',
    bodySerializer: (list) => list,
    headers: { "Content-Type": "application/x-ndjson" },
    params: { query: { design_id } },
  });
  console.log(JSON.stringify({
    json: await result(json.data), csv: await result(csv.data), ndjson: await result(ndjson.data),
  }));
}

void main();
