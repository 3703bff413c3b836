BEGIN TRANSACTION;
CREATE TABLE imgurl_job_fallbacks (
	job_id TEXT NOT NULL, 
	field TEXT NOT NULL, 
	rows BIGINT NOT NULL, 
	PRIMARY KEY (job_id, field)
);
INSERT INTO "imgurl_job_fallbacks" VALUES('done','first_name',2);
CREATE TABLE imgurl_job_tasks (
	job_id TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	state TEXT NOT NULL, 
	carrier INTEGER, 
	starts INTEGER NOT NULL, 
	failures INTEGER NOT NULL, 
	rows INTEGER NOT NULL, 
	ended BIGINT, 
	PRIMARY KEY (job_id, number)
);
INSERT INTO "imgurl_job_tasks" VALUES('running',-2,'done',NULL,1,0,0,1764000000000);
INSERT INTO "imgurl_job_tasks" VALUES('running',-1,'waiting',NULL,0,0,0,NULL);
INSERT INTO "imgurl_job_tasks" VALUES('running',0,'done',-2,1,0,10,1764000000000);
INSERT INTO "imgurl_job_tasks" VALUES('running',1,'queued',NULL,0,0,0,NULL);
INSERT INTO "imgurl_job_tasks" VALUES('running',2,'queued',-2,0,0,0,NULL);
CREATE TABLE imgurl_job_webhooks (
	job_id TEXT NOT NULL, 
	event_id TEXT NOT NULL, 
	state TEXT NOT NULL, 
	tries INTEGER NOT NULL, 
	due BIGINT, 
	said TEXT NOT NULL, 
	PRIMARY KEY (job_id)
);
INSERT INTO "imgurl_job_webhooks" VALUES('done','msg_done_1','delivered',1,NULL,'''hooks.example.com'' took it (200)');
CREATE TABLE imgurl_jobs (
	job_id TEXT NOT NULL, 
	owner TEXT NOT NULL, 
	status TEXT NOT NULL, 
	run INTEGER NOT NULL, 
	at_once INTEGER NOT NULL, 
	webhook TEXT, 
	created BIGINT NOT NULL, 
	started BIGINT, 
	ended BIGINT, 
	chunks INTEGER, 
	missing INTEGER NOT NULL, 
	total BIGINT NOT NULL, 
	done BIGINT NOT NULL, 
	failed BIGINT NOT NULL, 
	error TEXT NOT NULL, 
	PRIMARY KEY (job_id)
);
INSERT INTO "imgurl_jobs" VALUES('done','crm','completed',1,0,'https://hooks.example.com/x',1764000000000,1764000000000,1764000000000,1,0,10,9,1,'');
INSERT INTO "imgurl_jobs" VALUES('running','crm','running',1,2,NULL,1764000000000,1764000000000,NULL,3,2,30,10,0,'');
CREATE INDEX imgurl_job_tasks_state ON imgurl_job_tasks (job_id, state, number);
CREATE INDEX imgurl_job_tasks_ended ON imgurl_job_tasks (job_id, ended);
CREATE INDEX imgurl_job_webhooks_due ON imgurl_job_webhooks (due);
CREATE INDEX imgurl_job_webhooks_event ON imgurl_job_webhooks (event_id);
CREATE INDEX imgurl_jobs_owner ON imgurl_jobs (owner, created, job_id);
CREATE INDEX imgurl_jobs_status ON imgurl_jobs (status, ended);
COMMIT;
