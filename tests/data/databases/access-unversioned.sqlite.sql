BEGIN TRANSACTION;
CREATE TABLE imgurl_api_keys (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	test BOOLEAN NOT NULL, 
	digest TEXT NOT NULL, 
	shown TEXT NOT NULL, 
	scopes TEXT NOT NULL, 
	designs TEXT, 
	created BIGINT NOT NULL, 
	expires BIGINT, 
	revoked BIGINT, 
	PRIMARY KEY (id), 
	UNIQUE (digest)
);
INSERT INTO "imgurl_api_keys" VALUES('f6dad0845556','crm',0,'7b4ef6b80ff991bf47bc2c46aff374e7ab510397a33e7f32adf385ab9725f5fc','imk_live_6Aqu','batch render','["cert-2025"]',1764000000,1900000000,NULL);
INSERT INTO "imgurl_api_keys" VALUES('89a43e9606e6','crm',1,'c37924967013285c7f02a037ba4df1f0c0da89979d5c24adcc7d4577153a2e88','imk_test_6vE9','read',NULL,1764000000,NULL,1764000000);
CREATE TABLE imgurl_idempotency (
	scope TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	claim TEXT NOT NULL, 
	fingerprint TEXT, 
	created BIGINT NOT NULL, 
	alive BIGINT NOT NULL, 
	status INTEGER, 
	headers TEXT, 
	body BLOB, 
	PRIMARY KEY (scope, "key")
);
INSERT INTO "imgurl_idempotency" VALUES('crm POST /v1/links','order-1','407dcf23eedcfee25ac4101a8fbef654','ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',1764000000,1764000000,200,'[["content-type", "application/json"]]',X'7801AB56CAC9CCCB2E56B28A8EAD05001C180450');
INSERT INTO "imgurl_idempotency" VALUES('crm POST /v1/batches','order-2','ef9fb004774ea47620c08ead51a7e5f5',NULL,1764000000,1764000000,NULL,NULL,NULL);
CREATE INDEX imgurl_idempotency_created ON imgurl_idempotency (created);
COMMIT;
