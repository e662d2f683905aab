import type { Key } from '../../api/client';
import { useConsoleSession } from '../../api/console-session';
import { Badge, Button, classes, tableStyles } from '../../ui';
import { useNow } from '../../ui/time';
import { scopeNames } from '../../words/statuses';
import { localTimeZone } from '../../words/time-zones';
import { ago, dateOf, fullTime, utcTime } from '../../words/times';
import styles from './api-keys.module.css';
import { stateNames, stateOf } from './key-words';
import type { OwnedChannel } from './use-all-channels';

/** Keys belong to no agent, so their times are in the zone of who looks. */
const timeZone = localTimeZone();

export function KeyRow({
  apiKey,
  channels,
  onRevoke,
}: {
  apiKey: Key;
  channels: OwnedChannel[] | undefined;
  /** null: nothing may be changed. */
  onRevoke: (() => void) | null;
}) {
  const session = useConsoleSession().data;
  const nowMs = useNow(30_000);
  const state = stateOf(apiKey, nowMs);
  const { label, tone } = stateNames[state];
  const works = state === 'works';
  return (
    <tr className={classes(!works && styles.over)}>
      <td>
        <div className={styles.name}>
          <strong>{apiKey.name}</strong>
          {session?.keyId === apiKey.id && <Badge tone="accent">You are signed in with it</Badge>}
        </div>
      </td>
      <td className={styles.line}>{scopeNames[apiKey.scope]}</td>
      <td className={tableStyles.clip}>
        {apiKey.scope === 'gateway' && <ChannelNames apiKey={apiKey} channels={channels} />}
      </td>
      <td>
        <code className={styles.prefix}>{apiKey.prefix}…</code>
      </td>
      <td className={styles.line}>
        {apiKey.lastUsedAt ? (
          <Told at={apiKey.lastUsedAt} says={ago(apiKey.lastUsedAt, nowMs)} />
        ) : (
          <span className={tableStyles.muted}>Never</span>
        )}
      </td>
      <td className={styles.line}>
        <Told at={apiKey.createdAt} says={dateOf(apiKey.createdAt, timeZone)} />
      </td>
      <td className={styles.line}>
        {apiKey.expiresAt ? (
          <Told at={apiKey.expiresAt} says={dateOf(apiKey.expiresAt, timeZone)} />
        ) : (
          <span className={tableStyles.muted}>Never</span>
        )}
      </td>
      <td>
        <Badge tone={tone} dot={works}>
          {label}
        </Badge>
      </td>
      {onRevoke && (
        <td className={tableStyles.number}>
          {state !== 'revoked' && (
            <Button size="small" onClick={onRevoke} aria-label={`Revoke ${apiKey.name}`}>
              Revoke
            </Button>
          )}
        </td>
      )}
    </tr>
  );
}

const Told = ({ at, says }: { at: string; says: string }) => (
  <time dateTime={at} title={`${fullTime(at, timeZone)} · ${utcTime(at)}`}>
    {says}
  </time>
);

function ChannelNames({ apiKey, channels }: { apiKey: Key; channels: OwnedChannel[] | undefined }) {
  if (apiKey.channelIds === null) return 'All';
  if (channels === undefined) return '–';
  const names = apiKey.channelIds.map((id) => channels.find((channel) => channel.id === id)?.name ?? 'Deleted channel');
  const [first, ...others] = names;
  return (
    <span title={names.join(', ')}>
      {first}
      {others.length > 0 && <span className={tableStyles.muted}> +{others.length}</span>}
    </span>
  );
}
