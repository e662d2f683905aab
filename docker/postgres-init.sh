#!/bin/bash
# Runs once, when the data volume is new: a role and databases for the service, and for Temporal, each with its own
# password. Neither can read the other's.
set -euo pipefail
psql --set ON_ERROR_STOP=1 --quiet --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\getenv followups_password FOLLOWUPS_DB_PASSWORD
\getenv temporal_password TEMPORAL_DB_PASSWORD
create role followups login password :'followups_password';
create role temporal login password :'temporal_password';
create database followups owner followups;
create database temporal owner temporal;
create database temporal_visibility owner temporal;
revoke connect on database followups, temporal, temporal_visibility from public;
SQL
