import { createEgressGuard, endpointUrlProblem, networkProblem } from './egress';

describe('the egress guard', () => {
  const strict = createEgressGuard([]);
  const open = createEgressGuard(['0.0.0.0/0', '::/0']);
  const embedded = createEgressGuard(['127.0.0.0/8', '::1/128']);

  test.each(['1.1.1.1', '93.184.216.34', '172.32.0.1', '192.0.1.1', '2606:4700::1111', '2a00:1450:4003::200e'])(
    'lets through the public %s',
    (address) => {
      expect(strict.isAllowed(address)).toBe(true);
      expect(open.isAllowed(address)).toBe(true);
    },
  );

  test.each([
    ['loopback', '127.0.0.1'],
    ['loopback', '127.255.255.254'],
    ['loopback', '::1'],
    ['private', '10.1.2.3'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['unique local', 'fd12:3456::1'],
    ['unique local', 'fc00::1'],
    ['shared by a carrier', '100.64.0.1'],
    ['benchmarking', '198.18.0.1'],
    ['documentation', '203.0.113.1'],
    ['documentation', '2001:db8::1'],
    ['documentation', '3fff::1'],
    ['reserved', '240.0.0.1'],
    ['site-local, retired', 'fec0::1'],
    ['not assigned', '4000::1'],
    ['discard', '100::1'],
  ])('%s: %s only where its network is allowed', (_what, address) => {
    expect(strict.isAllowed(address)).toBe(false);
    expect(open.isAllowed(address)).toBe(true);
  });

  test.each([
    ['metadata', '169.254.169.254'],
    ['metadata', '169.254.170.2'],
    ['metadata', 'fd00:ec2::254'],
    ['metadata', 'fd00:ec2:0:0::254'],
    ['metadata', 'fd20:ce::254'],
    ['metadata', '100.100.100.200'],
    ['metadata', '168.63.129.16'],
    ['link-local', '169.254.1.1'],
    ['link-local', 'fe80::1'],
    ['link-local with a zone', 'fe80::1%eth0'],
    ['loopback with a zone', '::1%lo'],
    ['unspecified', '0.0.0.0'],
    ['unspecified', '0.1.2.3'],
    ['unspecified', '::'],
    ['broadcast', '255.255.255.255'],
    ['multicast', '224.0.0.1'],
    ['multicast', 'ff02::1'],
    ['IPv4-mapped', '::ffff:127.0.0.1'],
    ['IPv4-mapped', '::ffff:a9fe:a9fe'],
    ['IPv4-mapped public', '::ffff:1.1.1.1'],
    ['IPv4-compatible', '::127.0.0.1'],
    ['IPv4-compatible', '::a9fe:a9fe'],
    ['IPv4-compatible', '::2'],
    ['IPv4-translated', '::ffff:0:7f00:1'],
    ['NAT64', '64:ff9b::7f00:1'],
    ['NAT64', '64:ff9b::a9fe:a9fe'],
    ['NAT64, local', '64:ff9b:1::7f00:1'],
    ['6to4', '2002:7f00:1::'],
    ['6to4', '2002:a9fe:a9fe::1'],
    ['Teredo', '2001:0:7f00:1::1'],
    ['a name', 'localhost'],
    ['not in four parts', '2130706433'],
    ['nothing', ''],
  ])('%s: %s never', (_what, address) => {
    expect(strict.isAllowed(address)).toBe(false);
    expect(open.isAllowed(address)).toBe(false);
  });

  test('opens what is listed and nothing beside it', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1'].map(embedded.isAllowed)).toEqual([true, true, true]);
    expect(['10.0.0.1', '::2', '0.0.0.0', '::ffff:127.0.0.1'].map(embedded.isAllowed)).toEqual(Array(4).fill(false));
    const one = createEgressGuard(['10.0.0.5', 'fd12:3456::5']);
    expect(['10.0.0.5', '10.0.0.6', 'fd12:3456::5', 'fd12:3456::6'].map(one.isAllowed)).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(createEgressGuard(['fd00::/8']).isAllowed('fd00:ec2::254')).toBe(false);
  });

  test('an IPv6 network opens no IPv4 address', () => {
    expect(createEgressGuard(['::/0']).isAllowed('127.0.0.1')).toBe(false);
    expect(createEgressGuard(['0.0.0.0/0']).isAllowed('fd12:3456::1')).toBe(false);
  });

  test.each(['10.0.0.0/33', '10.0.0/8', '::/129', 'localhost', '10.0.0.0/', '', '10.0.0.0/8, ::1/128', '010.0.0.0/8'])(
    'refuses %p as a network',
    (cidr) => {
      expect(networkProblem(cidr)).toContain('10.0.0.0/8');
      expect(() => createEgressGuard([cidr])).toThrow('is not a network');
    },
  );

  test('accepts networks', () => {
    expect(['10.0.0.0/8', '::1/128', '10.0.0.5', '0.0.0.0/0'].map(networkProblem)).toEqual(Array(4).fill(null));
  });
});

describe('the URL of an endpoint', () => {
  test.each([
    'https://gateway.example.com/followups',
    'http://127.0.0.1:8080',
    'HTTPS://gateway.example.com:8443/a?b=c@d',
    'http://[::1]:3000/',
    'https://bücher.example/',
    `https://gateway.example.com/${'a'.repeat(2_048 - 28)}`,
  ])('%s is none to complain of', (url) => expect(endpointUrlProblem(url)).toBeNull());

  test.each([
    ['another scheme', 'ftp://gateway.example.com/', 'http'],
    ['another scheme', 'file:///etc/passwd', 'http'],
    ['another scheme', 'javascript:alert(1)', 'http'],
    ['no scheme', 'gateway.example.com', 'http'],
    ['no slashes', 'http:gateway.example.com', 'host'],
    ['no host', 'http:///path', 'host'],
    ['no host', 'https://', 'host'],
    ['nothing', '', 'host'],
    ['no host but a port', 'http://:8080/', 'cannot be read'],
    ['a bad port', 'http://gateway.example.com:99999/', 'cannot be read'],
    ['a bad host', 'http://[::1/', 'cannot be read'],
    ['a space before', ' https://gateway.example.com/', 'must begin'],
    ['a line break', 'https://gateway.example.com/\nx', 'control characters'],
    ['a backslash', 'https://gateway.example.com\\@x/', 'backslashes'],
    ['a password', 'https://someone:hunter2@gateway.example.com/', 'user name'],
    ['a user', 'https://someone@gateway.example.com/', 'user name'],
    ['an empty user', 'https://@gateway.example.com/', 'user name'],
    ['a fragment', 'https://gateway.example.com/#top', 'fragment'],
    ['an empty fragment', 'https://gateway.example.com/#', 'fragment'],
    ['too long', `https://gateway.example.com/${'a'.repeat(2_049 - 28)}`, '2,048'],
  ])('%s: %p', (_what, url, says) => {
    const problem = endpointUrlProblem(url);
    expect(problem).toContain(says);
    expect(problem).toContain('"https://gateway.example.com/followups"');
    expect(problem).not.toContain('hunter2');
  });
});
