CREATE TABLE "agents" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"time_zone" text NOT NULL,
	"availability" jsonb NOT NULL,
	"queue_release" text DEFAULT 'spaced' NOT NULL,
	"max_lateness_seconds" integer,
	"max_followups_per_session" integer,
	"revision" integer DEFAULT 1 NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"prefix" text NOT NULL,
	"hash" text NOT NULL,
	"scope" text NOT NULL,
	"channel_ids" jsonb,
	"expires_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	"last_used_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "api_keys_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
CREATE TABLE "audit_entries" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"key_id" text NOT NULL,
	"key_name" text NOT NULL,
	"action" text NOT NULL,
	"kind" text NOT NULL,
	"thing_id" text NOT NULL,
	"changes" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "channels" (
	"id" text PRIMARY KEY NOT NULL,
	"agent_id" text NOT NULL,
	"name" text NOT NULL,
	"type" text NOT NULL,
	"endpoint_url" text,
	"signing_secret" text NOT NULL,
	"previous_signing_secret" text,
	"previous_signing_secret_until" timestamp (3) with time zone,
	"session_idle_seconds" integer DEFAULT 86400 NOT NULL,
	"messaging_window_seconds" integer,
	"outside_window" text DEFAULT 'skip' NOT NULL,
	"ambiguous_send" text DEFAULT 'retry' NOT NULL,
	"max_sends_per_second" integer,
	"response_window_seconds" integer DEFAULT 604800 NOT NULL,
	"survey_link_seconds" integer DEFAULT 604800 NOT NULL,
	"next_send_at" timestamp (3) with time zone,
	"hash_conversation_ids" boolean DEFAULT false NOT NULL,
	"plan_revision" bigint DEFAULT 1 NOT NULL,
	"rolled_out_revision" bigint DEFAULT 1 NOT NULL,
	"paused_at" timestamp (3) with time zone,
	"paused_reason" text,
	"consecutive_failures" integer DEFAULT 0 NOT NULL,
	"probe_until" timestamp (3) with time zone,
	"last_success_at" timestamp (3) with time zone,
	"last_failure_at" timestamp (3) with time zone,
	"last_failure" text,
	"revision" integer DEFAULT 1 NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "channels_id_agent" UNIQUE("id","agent_id"),
	CONSTRAINT "channels_endpoint" CHECK ("channels"."type" = 'webchat' or "channels"."endpoint_url" is not null)
);
--> statement-breakpoint
CREATE TABLE "decisions" (
	"session_id" text NOT NULL,
	"sequence" integer NOT NULL,
	"followup_id" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"anchor_at" timestamp (3) with time zone NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"send_at" timestamp (3) with time zone,
	"status" text NOT NULL,
	"reason" text NOT NULL,
	"detail" text,
	"decided_on" jsonb NOT NULL,
	CONSTRAINT "decisions_session_id_sequence_pk" PRIMARY KEY("session_id","sequence")
);
--> statement-breakpoint
CREATE TABLE "deliveries" (
	"id" text PRIMARY KEY NOT NULL,
	"session_id" text NOT NULL,
	"followup_id" text NOT NULL,
	"followup_revision" integer NOT NULL,
	"channel_id" text NOT NULL,
	"agent_id" text NOT NULL,
	"conversation_id" text NOT NULL,
	"status" text NOT NULL,
	"reason" text NOT NULL,
	"detail" text,
	"message" text,
	"survey_type" text,
	"body" text,
	"anchor_at" timestamp (3) with time zone NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"send_at" timestamp (3) with time zone NOT NULL,
	"sent_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone,
	"decided_on" jsonb,
	"gateway_message_id" text,
	"receipt_status" text,
	"receipt_code" text,
	"receipt_at" timestamp (3) with time zone,
	"response_at" timestamp (3) with time zone,
	"survey_score" integer,
	"survey_comment" text,
	"survey_answered_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "deliveries_session_followup" UNIQUE("session_id","followup_id")
);
--> statement-breakpoint
CREATE TABLE "delivery_attempts" (
	"delivery_id" text NOT NULL,
	"attempt" integer NOT NULL,
	"claimed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"asked_at" timestamp (3) with time zone,
	"sending_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	"outcome" text,
	"http_status" integer,
	"duration_ms" integer,
	CONSTRAINT "delivery_attempts_delivery_id_attempt_pk" PRIMARY KEY("delivery_id","attempt")
);
--> statement-breakpoint
CREATE TABLE "erased_counts" (
	"followup_id" text NOT NULL,
	"channel_id" text NOT NULL,
	"date" text NOT NULL,
	"sent" integer DEFAULT 0 NOT NULL,
	"responded" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "erased_counts_followup_id_channel_id_date_pk" PRIMARY KEY("followup_id","channel_id","date")
);
--> statement-breakpoint
CREATE TABLE "followup_channels" (
	"followup_id" text NOT NULL,
	"channel_id" text NOT NULL,
	"agent_id" text NOT NULL,
	"assigned_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "followup_channels_followup_id_channel_id_pk" PRIMARY KEY("followup_id","channel_id")
);
--> statement-breakpoint
CREATE TABLE "followups" (
	"id" text PRIMARY KEY NOT NULL,
	"sequence" bigserial NOT NULL,
	"agent_id" text NOT NULL,
	"title" text NOT NULL,
	"message" text NOT NULL,
	"delay_seconds" integer NOT NULL,
	"survey_type" text,
	"trigger" text DEFAULT 'no_reply' NOT NULL,
	"cooldown_seconds" integer,
	"max_lateness_seconds" integer,
	"status" text NOT NULL,
	"activated_at" timestamp (3) with time zone NOT NULL,
	"delay_edited_at" timestamp (3) with time zone NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "followups_id_agent" UNIQUE("id","agent_id"),
	CONSTRAINT "followups_delay" CHECK ("followups"."delay_seconds" between 1 and 2592000)
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"key_id" text NOT NULL,
	"idempotency_key" text NOT NULL,
	"request_hash" text NOT NULL,
	"response_status" integer,
	"response_headers" jsonb,
	"response_body" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_key_id_idempotency_key_pk" PRIMARY KEY("key_id","idempotency_key")
);
--> statement-breakpoint
CREATE TABLE "opt_outs" (
	"channel_id" text NOT NULL,
	"conversation_id" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "opt_outs_channel_id_conversation_id_pk" PRIMARY KEY("channel_id","conversation_id")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"channel_id" text NOT NULL,
	"agent_id" text NOT NULL,
	"conversation_id" text NOT NULL,
	"workflow_id" text NOT NULL,
	"opened_by_run_id" text NOT NULL,
	"first_run_id" text NOT NULL,
	"run_id" text NOT NULL,
	"status" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"ended_by" text,
	"outcome" text,
	"last_agent_message_at" timestamp (3) with time zone,
	"last_user_message_at" timestamp (3) with time zone,
	"last_operator_message_at" timestamp (3) with time zone,
	"awaiting" text,
	"plan_revision" bigint NOT NULL,
	"followups" jsonb,
	"set_aside" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sessions_opened_by" UNIQUE("workflow_id","opened_by_run_id")
);
--> statement-breakpoint
CREATE TABLE "silences" (
	"session_id" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"channel_id" text NOT NULL,
	"seconds" integer NOT NULL,
	"ended_by" text NOT NULL,
	"nudged" boolean NOT NULL,
	CONSTRAINT "silences_session_id_started_at_pk" PRIMARY KEY("session_id","started_at")
);
--> statement-breakpoint
CREATE TABLE "stream_events" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"txid" bigint DEFAULT pg_current_xact_id()::text::bigint NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"type" text NOT NULL,
	"channel_id" text NOT NULL,
	"session_id" text NOT NULL,
	"delivery_id" text,
	"data" jsonb NOT NULL
);
--> statement-breakpoint
ALTER TABLE "channels" ADD CONSTRAINT "channels_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_session_id_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_session_id_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_followup_id_followups_id_fk" FOREIGN KEY ("followup_id") REFERENCES "public"."followups"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delivery_attempts" ADD CONSTRAINT "delivery_attempts_delivery_id_deliveries_id_fk" FOREIGN KEY ("delivery_id") REFERENCES "public"."deliveries"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "followup_channels" ADD CONSTRAINT "followup_channels_followup" FOREIGN KEY ("followup_id","agent_id") REFERENCES "public"."followups"("id","agent_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "followup_channels" ADD CONSTRAINT "followup_channels_channel_agent" FOREIGN KEY ("channel_id","agent_id") REFERENCES "public"."channels"("id","agent_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "followups" ADD CONSTRAINT "followups_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "opt_outs" ADD CONSTRAINT "opt_outs_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "silences" ADD CONSTRAINT "silences_session_id_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_entries_thing" ON "audit_entries" USING btree ("kind","thing_id","id");--> statement-breakpoint
CREATE INDEX "channels_agent" ON "channels" USING btree ("agent_id");--> statement-breakpoint
CREATE INDEX "deliveries_created" ON "deliveries" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "deliveries_followup" ON "deliveries" USING btree ("followup_id","created_at");--> statement-breakpoint
CREATE INDEX "deliveries_conversation" ON "deliveries" USING btree ("channel_id","conversation_id") WHERE "deliveries"."status" in ('sent', 'unknown');--> statement-breakpoint
CREATE INDEX "followup_channels_channel" ON "followup_channels" USING btree ("channel_id");--> statement-breakpoint
CREATE INDEX "idempotency_keys_created" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "sessions_one_open" ON "sessions" USING btree ("channel_id","conversation_id") WHERE "sessions"."status" = 'open';--> statement-breakpoint
CREATE INDEX "sessions_conversation" ON "sessions" USING btree ("channel_id","conversation_id","started_at");--> statement-breakpoint
CREATE INDEX "sessions_created" ON "sessions" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "silences_channel" ON "silences" USING btree ("channel_id","started_at");--> statement-breakpoint
CREATE INDEX "stream_events_order" ON "stream_events" USING btree ("txid","id");