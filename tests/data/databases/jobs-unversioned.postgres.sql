CREATE TABLE public.imgurl_job_fallbacks (
    job_id text NOT NULL,
    field text NOT NULL,
    rows bigint NOT NULL
);
CREATE TABLE public.imgurl_job_tasks (
    job_id text NOT NULL,
    number integer NOT NULL,
    state text NOT NULL,
    carrier integer,
    starts integer NOT NULL,
    failures integer NOT NULL,
    rows integer NOT NULL,
    ended bigint
);
CREATE TABLE public.imgurl_job_webhooks (
    job_id text NOT NULL,
    event_id text NOT NULL,
    state text NOT NULL,
    tries integer NOT NULL,
    due bigint,
    said text NOT NULL
);
CREATE TABLE public.imgurl_jobs (
    job_id text NOT NULL,
    owner text NOT NULL,
    status text NOT NULL,
    run integer NOT NULL,
    at_once integer NOT NULL,
    webhook text,
    created bigint NOT NULL,
    started bigint,
    ended bigint,
    chunks integer,
    missing integer NOT NULL,
    total bigint NOT NULL,
    done bigint NOT NULL,
    failed bigint NOT NULL,
    error text NOT NULL
);
INSERT INTO public.imgurl_job_fallbacks VALUES ('done', 'first_name', 2);
INSERT INTO public.imgurl_job_tasks VALUES ('running', -1, 'waiting', NULL, 0, 0, 0, NULL);
INSERT INTO public.imgurl_job_tasks VALUES ('running', -2, 'done', NULL, 1, 0, 0, 1764000000000);
INSERT INTO public.imgurl_job_tasks VALUES ('running', 1, 'queued', NULL, 0, 0, 0, NULL);
INSERT INTO public.imgurl_job_tasks VALUES ('running', 0, 'done', -2, 1, 0, 10, 1764000000000);
INSERT INTO public.imgurl_job_tasks VALUES ('running', 2, 'queued', -2, 0, 0, 0, NULL);
INSERT INTO public.imgurl_job_webhooks VALUES ('done', 'msg_done_1', 'delivered', 1, NULL, '''hooks.example.com'' took it (200)');
INSERT INTO public.imgurl_jobs VALUES ('done', 'crm', 'completed', 1, 0, 'https://hooks.example.com/x', 1764000000000, 1764000000000, 1764000000000, 1, 0, 10, 9, 1, '');
INSERT INTO public.imgurl_jobs VALUES ('running', 'crm', 'running', 1, 2, NULL, 1764000000000, 1764000000000, NULL, 3, 2, 30, 10, 0, '');
ALTER TABLE ONLY public.imgurl_job_fallbacks
    ADD CONSTRAINT imgurl_job_fallbacks_pkey PRIMARY KEY (job_id, field);
ALTER TABLE ONLY public.imgurl_job_tasks
    ADD CONSTRAINT imgurl_job_tasks_pkey PRIMARY KEY (job_id, number);
ALTER TABLE ONLY public.imgurl_job_webhooks
    ADD CONSTRAINT imgurl_job_webhooks_pkey PRIMARY KEY (job_id);
ALTER TABLE ONLY public.imgurl_jobs
    ADD CONSTRAINT imgurl_jobs_pkey PRIMARY KEY (job_id);
CREATE INDEX imgurl_job_tasks_ended ON public.imgurl_job_tasks USING btree (job_id, ended);
CREATE INDEX imgurl_job_tasks_state ON public.imgurl_job_tasks USING btree (job_id, state, number);
CREATE INDEX imgurl_job_webhooks_due ON public.imgurl_job_webhooks USING btree (due);
CREATE INDEX imgurl_job_webhooks_event ON public.imgurl_job_webhooks USING btree (event_id);
CREATE INDEX imgurl_jobs_owner ON public.imgurl_jobs USING btree (owner, created, job_id);
CREATE INDEX imgurl_jobs_status ON public.imgurl_jobs USING btree (status, ended);
