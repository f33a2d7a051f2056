/** What a run tells while it is at work. */
export type MigrationProgress =
  /** Another runner is at work; this one goes on after it. */
  | { readonly kind: 'waiting' }
  /** `from` is the first step that is run, from 1: more than 1 where an earlier run stopped. */
  | {
      readonly kind: 'started'
      readonly migration: string
      readonly direction: 'up' | 'down'
      readonly from: number
      readonly steps: number
    }
  /** A lock could not be had, or a deadlock was met: the step is tried again after `wait` milliseconds. */
  | {
      readonly kind: 'retrying'
      readonly migration: string
      readonly step: number
      readonly attempt: number
      readonly wait: number
      readonly error: Error
    }
  | { readonly kind: 'step'; readonly migration: string; readonly step: number; readonly duration: number }
  | { readonly kind: 'done'; readonly migration: string; readonly direction: 'up' | 'down'; readonly duration: number }
  /** Written down as applied, since the migrations that it stands for are. */
  | { readonly kind: 'recorded'; readonly migration: string }

export type OnProgress = (event: MigrationProgress) => void
