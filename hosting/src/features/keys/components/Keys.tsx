import { useInfiniteQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { LoadFailed } from '#components/ui/load-failed.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { Page } from '#components/ui/page.tsx';
import { Table, Th } from '#components/ui/table.tsx';
import { useSessionUser } from '#lib/auth/session.ts';
import { keysQuery } from '../api/queries.ts';
import { type KeyDialog, KeyDialogs } from './KeyDialogs.tsx';
import { KeyRow } from './KeyRow.tsx';
import { useSpend } from './use-spend.ts';

export function Keys() {
  const uid = useSessionUser()?.uid ?? '';
  const list = useInfiniteQuery(keysQuery(uid));
  const keys = list.data?.pages.flatMap((page) => page.items) ?? [];
  const spent = useSpend(uid, keys);
  const [dialog, setDialog] = useState<KeyDialog>();
  const create = (
    <Button variant="primary" onClick={() => setDialog({ kind: 'create' })}>
      <Plus size={16} />
      Create key
    </Button>
  );
  const empty = list.isSuccess && keys.length === 0;
  return (
    <Page
      title="API keys"
      description="Each key has its own budget and rate. The secret is shown once."
      actions={empty ? undefined : create}
    >
      {list.isError && <LoadFailed what="The keys" error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && (
        <p role="status" className="text-mute">
          Loading the keys…
        </p>
      )}
      {empty && (
        <Notice tone="idle">
          <p className="mb-2">No keys yet: one lets a script or a server call models on your account.</p>
          {create}
        </Notice>
      )}
      {keys.length > 0 && (
        <Table
          label="API keys"
          busy={list.isFetching}
          head={
            <>
              <Th className="w-full sm:w-[22%]">Name</Th>
              <Th className="max-md:hidden">Key</Th>
              <Th numeric>
                <span className="sm:pr-12">Spend</span>
              </Th>
              <Th className="max-lg:hidden">Last used</Th>
              <Th className="max-sm:hidden">State</Th>
              <Th>
                <span className="sr-only">Actions</span>
              </Th>
            </>
          }
        >
          {keys.map((key) => (
            <KeyRow key={key.id} apiKey={key} spent={spent(key)} onOpen={setDialog} />
          ))}
        </Table>
      )}
      {list.hasNextPage && (
        <Button className="mt-4" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {list.isFetchingNextPage ? 'Loading…' : 'Load more'}
        </Button>
      )}
      <KeyDialogs uid={uid} dialog={dialog} onChange={setDialog} />
    </Page>
  );
}
