import type { Judging } from '../../row';

/** One request to the gateway, neither none nor a second one. */
export const once = (requests: readonly unknown[], report: Judging, where = ''): void =>
  report.must(`one request${where}`, requests.length === 1, requests.length);

/** No request at all. */
export const none = (requests: readonly unknown[], report: Judging, when: string): void =>
  report.must(`no request ${when}`, requests.length === 0, requests.length);
