/**
 * How sessions live. `lazy`: each message wakes them, and the Web UI and queries show them as they are. `parked`: while they
 * wait to send, messages are only kept; cheaper where there are very many (ADR 19).
 */
export const sessionModes = ['lazy', 'parked'] as const;
export type SessionMode = (typeof sessionModes)[number];
