import type { ApiResponse, TestApi } from './api';

const created = (response: ApiResponse) => {
  if (response.status !== 201) throw new Error(`Not created: ${JSON.stringify(response.body)}`);
  return response.body;
};

export const agentBody = (fields = {}) => ({ name: 'Ada', identity: { timeZone: 'Europe/Madrid' }, ...fields });

export const createAgent = async (api: TestApi, fields = {}) =>
  created(await api.request('POST', '/v1/agents', { body: agentBody(fields) }));

export const channelBody = (agentId: string, fields = {}) => ({
  agentId,
  name: 'Chat',
  type: 'webhook',
  endpoint: { url: 'http://127.0.0.1:9999/hook' },
  ...fields,
});

export const createChannel = async (api: TestApi, agentId: string, fields = {}) =>
  created(await api.request('POST', '/v1/channels', { body: channelBody(agentId, fields) }));

export const followupBody = (channelIds: string[], fields = {}) => ({
  title: 'Still there?',
  message: 'Are you still there?',
  delaySeconds: 1_800,
  channelIds,
  ...fields,
});

export const createFollowup = async (api: TestApi, channelIds: string[], fields = {}) =>
  created(await api.request('POST', '/v1/followups', { body: followupBody(channelIds, fields) }));

export const createKey = async (api: TestApi, fields: object) =>
  created(await api.request('POST', '/v1/keys', { body: { name: 'A key', ...fields } }));
