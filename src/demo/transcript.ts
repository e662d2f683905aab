import { DateTime } from 'luxon';

/** Who speaks in a line of the demo. */
export type Speaker = 'Made' | 'User' | 'Agent' | 'Service' | 'Gateway' | 'Followup' | 'Temporal' | 'Deleted';

/** Writes the demo's lines, each with the time of day at which it happened. */
export interface Transcript {
  title(text: string): void;
  line(speaker: Speaker, text: string): void;
  /** A line with the time of something that happened a moment ago. */
  lineAt(atMs: number, speaker: Speaker, text: string): void;
}

/** @param timeZone that of the demo's agent, in which the service tells times as well */
export function createTranscript(say: (line: string) => void, timeZone: string): Transcript {
  const lineAt = (atMs: number, speaker: Speaker, text: string) => {
    const clock = DateTime.fromMillis(atMs, { zone: timeZone }).toFormat('HH:mm:ss');
    say(`  ${clock}  ${speaker.padEnd(9)} ${text}`);
  };
  return {
    title: (text) => say(`\n${text}`),
    line: (speaker, text) => lineAt(Date.now(), speaker, text),
    lineAt,
  };
}
