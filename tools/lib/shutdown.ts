const signalNumbers = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

let stopping = false;

/** Whether the process is on its way out: failures of what is being stopped are then no news. */
export function isStopping(): boolean {
  return stopping;
}

/**
 * Runs `stop` once, on Ctrl-C, SIGTERM, a closed terminal, or when the parent that started us over IPC is gone;
 * then the process ends. A second Ctrl-C ends it at once: what it started is killed by the exit hook of
 * process-group.ts.
 */
export function onShutdown(stop: () => Promise<void>): void {
  const begin = (code: number) => {
    if (stopping) return;
    stopping = true;
    stop().then(
      () => process.exit(code),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        process.exit(1);
      },
    );
  };
  for (const [signal, number] of Object.entries(signalNumbers)) {
    process.on(signal, () => {
      if (stopping && signal === 'SIGINT') process.exit(130);
      begin(128 + number);
    });
  }
  process.on('disconnect', () => begin(1));
}
