import { randomBytes } from 'node:crypto';

/** What docker-compose.yml asks for, in its variables' names. */
export type Secrets = {
  POSTGRES_PASSWORD: string;
  FOLLOWUPS_DB_PASSWORD: string;
  TEMPORAL_DB_PASSWORD: string;
  SECRETS_KEY: string;
  ADMIN_API_KEY: string;
};

/** New ones, made as .env.example says. */
export const newSecrets = (): Secrets => ({
  POSTGRES_PASSWORD: randomBytes(24).toString('hex'),
  FOLLOWUPS_DB_PASSWORD: randomBytes(24).toString('hex'),
  TEMPORAL_DB_PASSWORD: randomBytes(24).toString('hex'),
  SECRETS_KEY: randomBytes(32).toString('base64'),
  ADMIN_API_KEY: `fup_${randomBytes(24).toString('base64url')}`,
});
