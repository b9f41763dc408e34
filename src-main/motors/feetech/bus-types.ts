export interface BusOptions {
  /** Per attempt. 25 ms covers an FTDI adapter's 16 ms latency timer. */
  readonly timeoutMs?: number;
  /** Further attempts after the first. */
  readonly retries?: number;
}

export interface BusStatistics {
  /** Packets sent, retries included. */
  requests: number;
  retries: number;
  /** Calls that failed after all retries. */
  errors: number;
}

export interface FlagChange {
  readonly id: number;
  /** Bits of `ERROR_FLAGS`. */
  readonly flags: number;
}
