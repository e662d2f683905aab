import { isIPv6 } from 'node:net';
import type { Request } from 'express';

/** Whose word on the address of a request counts: proxies on the machine or in its private network. */
export const trustedProxies = ['loopback', 'linklocal', 'uniquelocal'];

/** Where a request comes from, for limits: of IPv6 the network, since one customer has all of its addresses. */
export function clientAddress(req: Request): string {
  const address = (req.ip ?? '').replace(/^::ffff:(?=[\d.]+$)/, '');
  if (!isIPv6(address)) return address;
  const [head = '', tail = ''] = address.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const zeros = Array.from({ length: 8 - groups(head).length - groups(tail).length }, () => '0');
  const whole = address.includes('::') ? [...groups(head), ...zeros, ...groups(tail)] : groups(head);
  return `${whole.slice(0, 4).join(':')}::/64`;
}
