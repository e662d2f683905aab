import { BlockList, isIP, isIPv4 } from 'node:net';

/** Decides to which IP addresses a request to a gateway may go. */
export type EgressGuard = {
  /** Whether a connection to this IP address (a literal, not a name) is allowed. Anything else is not. */
  isAllowed(address: string): boolean;
};

type Network = { address: string; prefix: number; family: 'ipv4' | 'ipv6' };

/**
 * Networks that no list of allowed ones opens. Link-local addresses and the single ones are where clouds keep their
 * instance metadata and credentials (AWS, Azure, Google, Oracle, Alibaba); the unspecified address means this host; the
 * rest of the IPv6 ones carry an IPv4 address inside, so that each would be a way around the IPv4 rules.
 */
const neverAllowed = [
  '0.0.0.0/8',
  '100.100.100.200/32',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '192.0.0.192/32',
  '224.0.0.0/4',
  '255.255.255.255/32',
  '::/128',
  '::ffff:0:0/96', // IPv4-mapped
  '::ffff:0:0:0/96', // IPv4-translated (RFC 2765)
  '64:ff9b::/96', // NAT64 (RFC 6052)
  '64:ff9b:1::/48', // NAT64, local use (RFC 8215)
  '2001::/32', // Teredo (RFC 4380)
  '2002::/16', // 6to4 (RFC 3056)
  'fd00:ec2::/32',
  'fd20:ce::254/128',
  'fe80::/10',
  'ff00::/8',
];

/** IPv4-compatible (RFC 4291), which holds `::1` as well: the loopback address alone can be allowed. */
const ipv4Compatible = '::/96';

/**
 * The IANA Special-Purpose Address Registries (RFC 6890), anycast services such as AS112 and AMT included: no gateway is
 * there. Of IPv6 only 2000::/3 is global unicast at all (RFC 4291); these are the exceptions in it.
 */
const privateUnlessAllowed = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '240.0.0.0/4',
  '2001::/23',
  '2001:db8::/32',
  '2620:4f:8000::/48',
  '3fff::/20',
];
const globalIpv6 = '2000::/3';

/**
 * A guard that lets through public addresses, and of the others those in the given networks.
 *
 * @param allow networks in CIDR notation, such as `127.0.0.0/8` or `fd12:3456::/32`; a plain address stands for itself
 * @throws Error naming the first that is no network
 */
export function createEgressGuard(allow: string[]): EgressGuard {
  const never = listOf(neverAllowed);
  const compatible = listOf([ipv4Compatible]);
  const allowed = listOf(allow);
  const special = listOf(privateUnlessAllowed);
  const global = listOf([globalIpv6]);

  return {
    isAllowed(address) {
      if (isIP(address) === 0 || address.includes('%') || never(address)) return false;
      if (isIPv4(address)) return allowed(address) || !special(address);
      if (compatible(address) && !loopback(address)) return false;
      return allowed(address) || (global(address) && !special(address));
    },
  };
}

/**
 * What is wrong with a network in CIDR notation, with a valid example; null if nothing is.
 */
export function networkProblem(cidr: string): string | null {
  return parsedNetwork(cidr) === null
    ? `${JSON.stringify(cidr)} is not a network: use CIDR notation, such as 10.0.0.0/8 or ::1/128.`
    : null;
}

/**
 * What is wrong with the URL of a gateway's endpoint, as far as the text alone tells, with a valid example; null if
 * nothing is. Where it leads is checked when it is connected to. The URL is not repeated: it could hold a password.
 */
export function endpointUrlProblem(url: string): string | null {
  const example = 'such as "https://gateway.example.com/followups"';
  if (url.length > 2_048) return `The URL is longer than 2,048 characters: use a shorter one, ${example}.`;
  // Checked in the text too: the URL parser drops or mends white space, control characters and missing slashes.
  if (!/^https?:\/\/[^/\\?#]/i.test(url)) return `The URL must begin with https:// or http:// and a host, ${example}.`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u0020\u007f\\]/.test(url)) {
    return `The URL must not hold spaces, backslashes or control characters, ${example}.`;
  }
  if (!URL.canParse(url)) return `The URL cannot be read: give host and path, ${example}.`;
  const { hostname, username, password } = new URL(url);
  if (hostname === '') return `The URL has no host: give one, ${example}.`;
  if (username !== '' || password !== '' || /^[^/?#]*@/.test(url.slice(url.indexOf('//') + 2))) {
    return `The URL must not hold a user name or password, as requests are signed instead: leave them out, ${example}.`;
  }
  if (url.includes('#'))
    return `The URL must not hold a fragment ("#…"), which is never sent: leave it out, ${example}.`;
  return null;
}

/** A lookup per family: in one list, IPv4 addresses would match IPv6 networks that hold their mapped form. */
function listOf(networks: string[]): (address: string) => boolean {
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const cidr of networks) {
    const network = parsedNetwork(cidr);
    if (network === null) throw new Error(networkProblem(cidr) ?? cidr);
    lists[network.family].addSubnet(network.address, network.prefix, network.family);
  }
  return (address) => {
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    return lists[family].check(address, family);
  };
}

const loopback = listOf(['::1/128']);

function parsedNetwork(cidr: string): Network | null {
  const [, address = '', digits] = /^([0-9a-fA-F:.]+)(?:\/(\d{1,3}))?$/.exec(cidr) ?? [];
  const version = isIP(address);
  if (version === 0) return null;
  const longest = version === 4 ? 32 : 128;
  const prefix = digits === undefined ? longest : Number(digits);
  return prefix <= longest ? { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' } : null;
}
