import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Send } from 'lucide-react';
import { useEffect } from 'react';
import { api, type Channel } from '../../api/client';
import { queryKeys } from '../../api/keys';
import { Button, ChannelTestResult, Dialog, ErrorState, Loading } from '../../ui';

/** Sends a test to the gateway as it opens, and shows what was sent and what came back. */
export function TestDialog({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const client = useQueryClient();
  const test = useMutation({
    mutationFn: () => api.testChannel({ channelId: channel.id }),
    onSuccess: () => void client.invalidateQueries({ queryKey: queryKeys.channelHealth(channel.id) }),
  });
  const { mutate } = test;
  useEffect(() => mutate(), [mutate]);
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      title="Send a test"
      description="A signed request as for a followup, marked as a test. It is no delivery, and counts nowhere."
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button
            kind="primary"
            icon={<Send size={15} aria-hidden />}
            busy={test.isPending}
            onClick={() => test.mutate()}
          >
            Send again
          </Button>
        </>
      }
    >
      {test.isPending && <Loading label="Waiting for the gateway, 10 seconds at most" />}
      {test.isError && <ErrorState error={test.error} />}
      {test.data && <ChannelTestResult test={test.data} />}
    </Dialog>
  );
}
