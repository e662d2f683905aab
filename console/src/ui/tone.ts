/** What a colour stands for. */
export type Tone = 'neutral' | 'accent' | 'good' | 'warn' | 'bad' | 'info';
