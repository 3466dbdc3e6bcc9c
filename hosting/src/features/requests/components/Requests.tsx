import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Button, buttonClass } from '#components/ui/button.tsx';
import { LoadFailed } from '#components/ui/load-failed.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { Page } from '#components/ui/page.tsx';
import { Table, Th } from '#components/ui/table.tsx';
import { keyNamesQuery } from '#lib/api/key-names.ts';
import type { UsageRecord } from '#lib/api/types.ts';
import { useSessionUser } from '#lib/auth/session.ts';
import { requestsQuery } from '../api/list-requests.ts';
import type { RequestFilters } from '../state/filters.ts';
import { Filters } from './Filters.tsx';
import { RequestDetails } from './RequestDetails.tsx';
import { RequestRow } from './RequestRow.tsx';

interface RequestsProps {
  filters: RequestFilters;
  onFilters: (filters: RequestFilters) => void;
}

export function Requests({ filters, onFilters }: RequestsProps) {
  const uid = useSessionUser()?.uid ?? '';
  const list = useInfiniteQuery(requestsQuery(uid, filters));
  const names = useQuery(keyNamesQuery(uid));
  const [open, setOpen] = useState<UsageRecord>();
  const records = list.data?.pages.flatMap((page) => page.items) ?? [];
  const filtered = Object.values(filters).some((value) => value !== undefined);
  const keyName = ({ apiKeyId }: UsageRecord) =>
    apiKeyId === undefined ? 'Without a key' : (names.data?.get(apiKeyId) ?? apiKeyId);
  const empty = list.isSuccess && records.length === 0;
  return (
    <Page
      title="Requests"
      description="What was asked, by whom, and what it took. Prompts and answers are not kept."
      actions={
        <Button busy={list.isRefetching} onClick={() => void list.refetch()}>
          {list.isRefetching ? 'Reading…' : 'Read again'}
        </Button>
      }
    >
      <Filters uid={uid} keyNames={names.data} filters={filters} onChange={onFilters} />
      {list.isError && (
        <LoadFailed what="The requests" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.isPending && (
        <p role="status" className="text-mute">
          Loading the requests…
        </p>
      )}
      {empty && (
        <Notice tone="idle">
          <p className="mb-2">{filtered ? 'No request fits these filters.' : 'Nothing was asked yet.'}</p>
          {filtered ? (
            <Button onClick={() => onFilters({})}>Show all</Button>
          ) : (
            <Link to="/playground" className={buttonClass('primary')}>
              Open the playground
            </Link>
          )}
        </Notice>
      )}
      {records.length > 0 && (
        <Table
          label="Requests"
          busy={list.isFetching}
          head={
            <>
              <Th>When</Th>
              <Th>Model</Th>
              <Th className="max-lg:hidden">Key</Th>
              <Th numeric className="max-md:hidden">
                Tokens
              </Th>
              <Th numeric className="max-lg:hidden">
                First token
              </Th>
              <Th numeric className="max-md:hidden">
                Total
              </Th>
              <Th numeric>Cost</Th>
              <Th className="max-sm:hidden">State</Th>
            </>
          }
        >
          {records.map((record) => (
            <RequestRow key={record.id} record={record} keyName={keyName(record)} onOpen={setOpen} />
          ))}
        </Table>
      )}
      {list.hasNextPage && (
        <Button className="mt-4" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {list.isFetchingNextPage ? 'Loading…' : 'Load more'}
        </Button>
      )}
      {open !== undefined && (
        <RequestDetails record={open} uid={uid} keyName={keyName(open)} onClose={() => setOpen(undefined)} />
      )}
    </Page>
  );
}
