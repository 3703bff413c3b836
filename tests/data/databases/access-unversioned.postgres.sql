CREATE TABLE public.imgurl_api_keys (
    id text NOT NULL,
    name text NOT NULL,
    test boolean NOT NULL,
    digest text NOT NULL,
    shown text NOT NULL,
    scopes text NOT NULL,
    designs text,
    created bigint NOT NULL,
    expires bigint,
    revoked bigint
);
CREATE TABLE public.imgurl_idempotency (
    scope text NOT NULL,
    key text NOT NULL,
    claim text NOT NULL,
    fingerprint text,
    created bigint NOT NULL,
    alive bigint NOT NULL,
    status integer,
    headers text,
    body bytea
);
INSERT INTO public.imgurl_api_keys VALUES ('4e602c42ad78', 'crm', false, '772be1f8b01858aaab837cf68a0f89eeb87e8eafb48b41fa52c9cf3d9cbc9dfc', 'imk_live_fZuf', 'batch render', '["cert-2025"]', 1764000000, 1900000000, NULL);
INSERT INTO public.imgurl_api_keys VALUES ('18c30a10162b', 'crm', true, '6c5e8fadc6cdf4586b7b593f86915a25d3ac87656cb42605646dd8aba23405c1', 'imk_test_1SFJ', 'read', NULL, 1764000000, NULL, 1764000000);
INSERT INTO public.imgurl_idempotency VALUES ('crm POST /v1/links', 'order-1', '0d561c8badb930bd6313114d293d72d4', 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff', 1764000000, 1764000000, 200, '[["content-type", "application/json"]]', '\x7801ab56cac9cccb2e56b28a8ead05001c180450');
INSERT INTO public.imgurl_idempotency VALUES ('crm POST /v1/batches', 'order-2', '28d6b9f99de09433f5d2d5ddc6337115', NULL, 1764000000, 1764000000, NULL, NULL, NULL);
ALTER TABLE ONLY public.imgurl_api_keys
    ADD CONSTRAINT imgurl_api_keys_digest_key UNIQUE (digest);
ALTER TABLE ONLY public.imgurl_api_keys
    ADD CONSTRAINT imgurl_api_keys_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.imgurl_idempotency
    ADD CONSTRAINT imgurl_idempotency_pkey PRIMARY KEY (scope, key);
CREATE INDEX imgurl_idempotency_created ON public.imgurl_idempotency USING btree (created);
