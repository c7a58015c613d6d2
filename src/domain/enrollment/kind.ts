import { type StreamKind, typesOf } from "../streamKind.ts";
import { enrollment, type EnrollmentState } from "./enrollment.ts";
import { enrollmentEvent, type EnrollmentEvent } from "./events.ts";

export const enrollmentKind: StreamKind<EnrollmentState, EnrollmentEvent> = {
  decider: enrollment,
  event: enrollmentEvent,
  types: typesOf(enrollmentEvent),
};
