import type { ChannelTest } from '../api/client';
import { durationInWords } from '../words/delays';
import { Badge } from './badge';
import { Fact, Facts } from './card';
import styles from './channel-test-result.module.css';
import { CodeBlock } from './copy';
import type { Tone } from './tone';

type Meaning = NonNullable<ChannelTest['response']['meaning']>;

const meanings: Record<Meaning, { label: string; tone: Tone; says: string }> = {
  sent: { label: 'Accepted', tone: 'good', says: 'A followup would count as sent.' },
  rejected: { label: 'Refused', tone: 'bad', says: 'A followup would fail: this message is not tried again.' },
  conversation_gone: { label: 'Conversation gone', tone: 'bad', says: 'The session would be closed.' },
  endpoint_gone: { label: 'Endpoint gone', tone: 'bad', says: 'The channel would be paused until it is resumed.' },
  retry: { label: 'Not accepted', tone: 'warn', says: 'A followup would be tried again.' },
};

const kinds: Record<ChannelTest['response']['kind'], { label: string; tone: Tone; says: string }> = {
  answered: { label: 'Answered', tone: 'neutral', says: '' },
  blocked: { label: 'Blocked', tone: 'bad', says: 'Nothing may be sent to this address.' },
  unreachable: { label: 'Not reached', tone: 'bad', says: 'No connection came about.' },
  lost: { label: 'No answer', tone: 'warn', says: 'It was sent, but no answer came.' },
};

/** A test of a channel: what was sent, what came back, and how long it took. */
export function ChannelTestResult({ test: { request, response, durationMs } }: { test: ChannelTest }) {
  const { label, tone, says } = response.meaning ? meanings[response.meaning] : kinds[response.kind];
  return (
    <section className={styles.result} aria-label="Result of the test" aria-live="polite">
      <p className={styles.summary}>
        <Badge tone={tone} dot>
          {label}
        </Badge>
        {says}
      </p>
      <Facts>
        <Fact label="Sent to">{request.url}</Fact>
        <Fact label="Answer">{response.status ?? response.code ?? 'None'}</Fact>
        <Fact label="Took">{durationMs < 1_000 ? `${durationMs} ms` : durationInWords(durationMs / 1_000)}</Fact>
      </Facts>
      <CodeBlock label="Request" code={requestText(request)} />
      {response.body && <CodeBlock label="Answer" code={readable(response.body)} />}
    </section>
  );
}

const requestText = ({ headers, body }: ChannelTest['request']): string =>
  [...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), '', readable(body)].join('\n').trimStart();

/** JSON with its lines broken; anything else as it is. */
function readable(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
