/** The forms of what the server answers: `/api/v1`, snake_case, times RFC 3339 in UTC. */

export type Text = { vi: string; en: string };
export type Status = 'pending' | 'acknowledged' | 'confirmed' | 'dismissed' | 'cannot_tell';
export type Role = 'viewer' | 'reviewer' | 'supervisor' | 'administrator' | 'auditor';
export type Domain = 'traffic' | 'environment' | 'urban_order' | 'security';
export type Severity = 'low' | 'medium' | 'high';
export type Permission =
  | 'see_events'
  | 'see_evidence'
  | 'decide'
  | 'assign'
  | 'reopen'
  | 'merge'
  | 'enter_result'
  | 'edit_scene'
  | 'see_cameras'
  | 'see_figures'
  | 'export_confirmed'
  | 'ask_handover'
  | 'approve_handover'
  | 'manage_users'
  | 'manage_tokens'
  | 'hold_evidence'
  | 'read_audit'
  | 'configure';

export type Scope = { wards: string[] | 'all'; domains: Domain[] | 'all' };

export type Me = {
  id: string;
  /** What is typed to sign in. */
  name: string;
  full_name?: string;
  role: Role;
  permissions: Permission[];
  scope: Scope;
  agency: string | null;
  language: 'vi' | 'en' | null;
  /** Whether signing in needs a one-time code. */
  totp_on?: boolean;
  totp?: boolean;
  /** Nothing but changing the password is allowed. */
  must_change_password?: boolean;
  /** Who set the password last, if somebody else did. */
  reset_by?: string | null;
  reset_at?: string | null;
  /** Accounts whose password or codes somebody else reset of late: one's own, and, for
   * administrators, where both were. */
  notices?: ResetNotice[];
  csrf: string;
  expires_at: string;
  version: string;
};

export type ResetNotice = {
  own: boolean;
  user: string;
  user_name: string;
  what: 'password' | 'codes' | 'both';
  by: string[];
  at: string;
};

export type EventRow = {
  id: string;
  kind: string;
  kind_name: Text;
  domain: Domain;
  severity: Severity;
  camera: string;
  camera_name: string;
  ward: string | null;
  zone: string | null;
  start_utc: string;
  moment_utc: string;
  end_utc: string | null;
  status: Status;
  version: number;
  agency: string | null;
  agency_name?: string | null;
  assignee: string | null;
  assignee_name?: string | null;
  due_at: string | null;
  /** Targets; none without an agency, or once done. */
  acknowledge_by?: string | null;
  decide_by?: string | null;
  overdue: boolean;
  /** When the agency was told that it is overdue. */
  escalated_at?: string | null;
  second_look?: 'wanted' | 'agreed' | 'disagreed' | null;
  merged_into?: string | null;
  evidence_state: string;
  evidence_note?: string | null;
  subject_class: string | null;
  plate: string | null;
  sightings: number;
  thumbnail: string | null;
};

export type EventPage = {
  items: EventRow[];
  next: string | null;
  total_at_least: number;
  /** Whether there are no more than that. */
  total_exact?: boolean;
};

export type Action =
  | 'acknowledge'
  | 'confirm'
  | 'dismiss'
  | 'cannot_tell'
  | 'reopen'
  | 'assign'
  | 'note'
  | 'plate'
  | 'merge'
  | 'second_look'
  | 'agree'
  | 'replaced';

export type Decision = {
  number: number;
  at: string;
  by: string;
  by_name?: string;
  action: Action;
  from: Status;
  to: Status;
  reason: string | null;
  note: string | null;
  plate?: string | null;
  /** The agency, person or event it was given to or merged with. */
  other?: string | null;
  version: number;
};

export type Reason = { code: string; vi: string; en: string; needs_note?: boolean };
export type Provision = {
  instrument: string;
  provision: string;
  conduct?: Text;
  valid_from: string;
  valid_to?: string;
  confidence: 'read' | 'secondary' | 'memory';
  source: string;
};
export type Exemption = { text: Text; confidence: string; source: string };
export type Point = [number, number];
/** Left, top, right, bottom; pixels of `frame_size`. */
export type Box = [number, number, number, number];
export type EventTime = { media_seconds: number; utc: string; local: string };

/** The parts of `event.json` (`streetward.event/1`) that the pages read. */
export type EventRecord = {
  id: string;
  kind: string;
  camera: { id: string; name: string; ward: string | null };
  source: { file?: string; clock_quality?: string; clock_note?: string };
  rule: Record<string, unknown> & { name: string };
  start: EventTime;
  moment: EventTime;
  end: EventTime;
  complete: boolean;
  note?: string;
  subjects: {
    class: string;
    plate: string | null;
    path: { media_seconds: number; box: Box }[];
  }[];
  zone: { name: string; polygon?: Point[] } | null;
  line?: { name: string; points: Point[] } | null;
  exemptions?: Exemption[];
  overlap?: { note: Text; provisions: string[] }[];
  frame_size: Point;
  signals: { name: string; state: string; since?: EventTime }[];
  stills: Record<'before' | 'moment' | 'after', { file: string; time: EventTime } | null> & {
    marked?: string | null;
  };
  clip: {
    file?: string;
    seconds: number;
    starts_media_seconds: number;
    plays_in_browsers?: boolean;
    missing_before?: string | null;
    missing_after?: string | null;
    original?: { file: string } | null;
  } | null;
  model: { name: string; sha256: string };
  software: { name: string; version: string };
};

export type EventDetail = EventRow & {
  record: EventRecord | null;
  /** Why there is none. */
  record_missing?: string | null;
  history: Decision[];
  similar: EventRow[];
  reasons: Reason[];
  /** What became of it, where it is confirmed and anything is known. */
  result?: EventResult | null;
  /** Its evidence is kept for a case. */
  held?: boolean;
  provisions: Provision[];
  files: EvidenceFile[];
};

export type EvidenceFile = {
  name: string;
  type: string;
  bytes: number;
  sha256: string | null;
  /** Compared with what was sealed. */
  state?: 'whole' | 'missing' | 'altered' | 'not_checked';
};

export type CameraState = 'seeing' | 'degraded' | 'blind' | 'offline' | 'unknown';
export type Camera = {
  id: string;
  name: string;
  ward: string | null;
  position: { lat: number; lon: number } | null;
  state: CameraState;
  reasons: string[];
  detail: Text | null;
  since: string | null;
  fps: number | null;
  precision: { confirmed: number; dismissed: number } | null;
  still: string | null;
};

export type Handling = 'fined' | 'warned' | 'no_action' | 'unidentified' | 'other';

/** What became of a confirmed event. */
export type EventResult = {
  /** One of the site's agencies, or a name. */
  agency: string | null;
  agency_name: string | null;
  handed_over: string | null;
  result: Handling | null;
  note: string | null;
  entered: string | null;
  by_name: string | null;
};
