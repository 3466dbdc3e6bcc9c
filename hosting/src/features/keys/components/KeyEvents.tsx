import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from '#components/ui/button.tsx';
import { LoadFailed } from '#components/ui/load-failed.tsx';
import { ROW, Table, Td, Th } from '#components/ui/table.tsx';
import { moment } from '#lib/time.ts';
import { keyEventsQuery } from '../api/queries.ts';
import { ACTION_WORDS, changesOf } from '../state/describe-event.ts';

/** What happened to one key, the newest first. The API has one log for all keys; this shows the key's part. */
export function KeyEvents({ uid, keyId }: { uid: string; keyId: string }) {
  const log = useInfiniteQuery(keyEventsQuery(uid));
  const events = log.data?.pages.flatMap((page) => page.items).filter((event) => event.apiKeyId === keyId);
  return (
    <>
      {log.isError && <LoadFailed what="The log" error={log.error} onRetry={() => void log.refetch()} />}
      {log.isPending && <p className="text-mute">Loading the log…</p>}
      {events !== undefined && events.length > 0 && (
        <Table
          label="Audit log"
          busy={log.isFetching}
          head={
            <>
              <Th>When</Th>
              <Th>What</Th>
              <Th className="w-1/2 max-sm:hidden">Change</Th>
              <Th className="max-lg:hidden">Who</Th>
              <Th className="max-lg:hidden">From</Th>
            </>
          }
        >
          {events.map((event) => {
            const changes = changesOf(event);
            return (
              <tr key={event.id} className={ROW}>
                <Td className="num align-top whitespace-nowrap">
                  <time dateTime={event.timestamp}>{moment(event.timestamp)}</time>
                </Td>
                <Td className="align-top whitespace-nowrap">
                  {ACTION_WORDS[event.action]}
                  {event.count > 1 && <span className="num text-mute"> ×{event.count}</span>}
                </Td>
                <Td className="num align-top text-mute max-sm:hidden">
                  {/* A creation lists every field: the page above shows them already. */}
                  {event.action !== 'api_key.created' &&
                    changes.map((change) => (
                      <div key={change} className="[overflow-wrap:anywhere]">
                        {change}
                      </div>
                    ))}
                </Td>
                <Td className="align-top whitespace-nowrap max-lg:hidden">
                  {event.actor === uid ? 'You' : <span className="num">{event.actor}</span>}
                </Td>
                <Td className="num max-w-60 align-top max-lg:hidden">
                  <div className="truncate" title={event.userAgent ?? undefined}>
                    {event.ip ?? '–'} <span className="text-mute">{event.userAgent}</span>
                  </div>
                </Td>
              </tr>
            );
          })}
        </Table>
      )}
      {events?.length === 0 && !log.hasNextPage && <p className="text-mute">Nothing is noted.</p>}
      {log.hasNextPage && (
        <Button className="mt-3" busy={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
          {log.isFetchingNextPage ? 'Loading…' : 'Look further back'}
        </Button>
      )}
    </>
  );
}
