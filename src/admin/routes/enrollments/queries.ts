import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { enrollmentInput } from "../../../domain/enrollment/input.ts";
import { api, ask, tell } from "../../api/client.ts";
import type { ItemOf } from "../../api/answerOf.ts";
import type { Filter, ListSearch } from "../../shared/table/filters.ts";
import { type ListQuery, listQueryOf } from "../../shared/table/listQuery.ts";

export type Enrollment = ItemOf<"/api/enrollments">;
export type EnrollmentBody = z.output<typeof enrollmentInput>;

export function enrollmentsQuery(search: ListSearch, filters: readonly Filter[]): ListQuery<Enrollment> {
  const query = listQueryOf(search, filters);
  return {
    queryKey: ["enrollments", "list", query],
    queryFn: async () => (await ask(() => api.GET("/api/enrollments", { params: { query } }))).body,
  };
}

/** What became of a code. */
export function enrollmentQuery(id: string) {
  return queryOptions({
    queryKey: ["enrollments", "one", id],
    queryFn: async () =>
      (await ask(() => api.GET("/ipp/v1/enrollments/{id}", { params: { path: { id } } }))).body,
  });
}

/** The device that came by a code: it has the enrollment's id. */
export function deviceQuery(id: string) {
  return queryOptions({
    queryKey: ["enrollments", "device", id],
    queryFn: async () =>
      (await ask(() => api.GET("/ipp/v1/devices/{id}", { params: { path: { id } } }))).body,
  });
}

export interface MadeCode {
  readonly id: string;
  readonly code: string;
  readonly expiresAt: string;
}

/** The code is answered this once. */
export async function makeEnrollment(
  { locationId, metadata, expiresIn }: EnrollmentBody,
  intent: string,
): Promise<MadeCode> {
  const params = { header: { "Idempotency-Key": intent } };
  const body = { location_id: locationId, metadata, expires_in: expiresIn };
  const made = (await ask(() => api.POST("/ipp/v1/enrollments", { body, params }))).body;
  return { id: made.enrollment_id, code: made.enrollment_code ?? "", expiresAt: made.expires_at };
}

export async function cancelEnrollment(id: string, intent: string): Promise<void> {
  const params = { path: { id }, header: { "Idempotency-Key": intent } };
  await tell(() => api.DELETE("/ipp/v1/enrollments/{id}", { params }));
}
