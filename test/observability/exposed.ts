/** One sample of the text format: `name{label="value"} 1`. */
export type Sample = { name: string; labels: Record<string, string>; value: number };

/** What a process tells Prometheus, read as Prometheus reads it. */
export type Exposed = {
  samples: Sample[];
  /** Every name that an expression may have: also of what has no sample yet. */
  names: Set<string>;
  /** The sum of the samples with these labels; null: there is none. */
  value(name: string, labels?: Record<string, string>): number | null;
};

/** Reads the text format (https://prometheus.io/docs/instrumenting/exposition_formats/). @throws Error naming a bad line */
export function readExposed(text: string): Exposed {
  const samples: Sample[] = [];
  const names = new Set<string>();
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const type = /^# TYPE (\S+) (\S+)$/.exec(line);
    const ends = type?.[2] === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
    if (type) for (const end of ends) names.add(`${type[1]}${end}`);
    if (line.startsWith('#')) continue;
    const [, name, labels = '', value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined) throw new Error(`This is no sample: ${line}`);
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, is]) => [label, is]);
    names.add(name);
    samples.push({ name, labels: Object.fromEntries(pairs), value: Number(value) });
  }
  return {
    samples,
    names,
    value(name, wanted = {}) {
      const found = samples.filter(
        (sample) => sample.name === name && Object.entries(wanted).every(([label, is]) => sample.labels[label] === is),
      );
      return found.length === 0 ? null : found.reduce((sum, sample) => sum + sample.value, 0);
    },
  };
}

/** Asks a process for its metrics. */
export async function scrape(baseUrl: string): Promise<{ text: string; exposed: Exposed }> {
  const response = await fetch(`${baseUrl}/metrics`);
  const text = await response.text();
  if (!response.ok || !response.headers.get('content-type')?.startsWith('text/plain; version=0.0.4')) {
    throw new Error(`/metrics answered ${response.status}: ${text}`);
  }
  return { text, exposed: readExposed(text) };
}

const words = /^(?:by|without|on|ignoring|group_left|group_right|and|or|unless|bool|offset|inf|nan)$/i;

/** The metrics that a PromQL expression names. @throws Error where its brackets or quotes do not match */
export function metricsIn(expression: string): string[] {
  const open: string[] = [];
  const unquoted = expression.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  if ((unquoted.match(/"/g)?.length ?? 0) % 2 === 1) throw new Error(`Quotes do not match: ${expression}`);
  for (const bracket of unquoted.match(/[()[\]{}]/g) ?? []) {
    if ('([{'.includes(bracket)) open.push(bracket);
    else if (`${open.pop()}${bracket}`.match(/^(?:\(\)|\[\]|\{\})$/) === null)
      throw new Error(`Brackets do not match: ${expression}`);
  }
  if (open.length > 0) throw new Error(`Brackets do not match: ${expression}`);
  const bare = unquoted
    .replace(/\{[^}]*\}|\[[^\]]*\]/g, ' ')
    .replace(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/gi, ' ');
  return [...bare.matchAll(/(?<![\w.$])([a-zA-Z_:][\w:]*)(\s*\()?/g)].flatMap(([, name = '', call]) =>
    call === undefined && !words.test(name) ? [name] : [],
  );
}
