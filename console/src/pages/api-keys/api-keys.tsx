import { useQuery } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { api, every, type Key } from '../../api/client';
import { useMayEdit } from '../../api/console-session';
import { queryKeys } from '../../api/keys';
import { whole } from '../../api/lists';
import { Button, Card, EmptyState, ErrorState, Heading, Loading, Page, Table } from '../../ui';
import { KeyRow } from './key-row';
import { stateOf } from './key-words';
import { NewKeyDialog } from './new-key-dialog';
import { RevokeKeyDialog } from './revoke-key-dialog';
import { useAllChannels } from './use-all-channels';

/** Who may call the API. */
export function ApiKeys() {
  const mayEdit = useMayEdit();
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<Key | null>(null);
  const keys = useQuery<Key[]>({
    queryKey: queryKeys.apiKeys,
    queryFn: () => whole(every(api.listKeys, { limit: 200 })),
  });
  const channels = useAllChannels();
  const newKey = mayEdit && (
    <Button kind="primary" icon={<Plus size={16} aria-hidden />} onClick={() => setMaking(true)}>
      New API key
    </Button>
  );
  return (
    <Page
      title="API keys"
      description="For the gateways of your channels, for programs of your own, and for colleagues who sign in here."
      actions={newKey}
    >
      {keys.isPending ? (
        <Card flush>
          <Loading label="Loading the API keys" />
        </Card>
      ) : keys.isError ? (
        <ErrorState error={keys.error} onRetry={() => void keys.refetch()} />
      ) : keys.data.length === 0 ? (
        <Card flush>
          <EmptyState icon={<KeyRound size={22} />} title="No API keys yet" action={newKey}>
            A gateway needs one to report the messages of its channel.
          </EmptyState>
        </Card>
      ) : (
        <Card flush>
          <Table label="API keys">
            <thead>
              <tr>
                <Heading>Name</Heading>
                <Heading>Scope</Heading>
                <Heading>Channels</Heading>
                <Heading>Key</Heading>
                <Heading>Last used</Heading>
                <Heading>Created</Heading>
                <Heading>Expires</Heading>
                <Heading>State</Heading>
                {mayEdit && <Heading hidden>Actions</Heading>}
              </tr>
            </thead>
            <tbody>
              {workingFirst(keys.data).map((key) => (
                <KeyRow
                  key={key.id}
                  apiKey={key}
                  channels={channels.data}
                  onRevoke={mayEdit ? () => setRevoking(key) : null}
                />
              ))}
            </tbody>
          </Table>
        </Card>
      )}
      {making && <NewKeyDialog channels={channels} onClose={() => setMaking(false)} />}
      {revoking && <RevokeKeyDialog apiKey={revoking} onClose={() => setRevoking(null)} />}
    </Page>
  );
}

function workingFirst(keys: Key[]): Key[] {
  const nowMs = Date.now();
  const works = (key: Key) => stateOf(key, nowMs) === 'works';
  return [...keys.filter(works), ...keys.filter((key) => !works(key))];
}
