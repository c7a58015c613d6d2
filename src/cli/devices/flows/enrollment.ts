import { z } from "zod";
import { type Answer, createClient } from "../../../client.ts";
import type { Kit } from "../kit.ts";

/** Enrollment (docs/devices.md, "Enrollment"): a code for whichever device has it first, and the token that it is given. */

const enrollment = z.object({
  enrollment_id: z.string(),
  enrollment_code: z.string().min(6),
  status: z.literal("PENDING"),
  expires_at: z.iso.datetime(),
  metadata: z.record(z.string(), z.string()),
});
const device = z.object({
  id: z.string(),
  hardware_id: z.string(),
  merchant_id: z.string().nullable(),
  location_id: z.string().nullable(),
  name: z.string().nullable(),
  platform: z.string().nullable(),
  metadata: z.record(z.string(), z.string()),
  created_at: z.iso.datetime(),
});
const registered = device.extend({ token: z.string().min(32) });
const listOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    content: z.array(item),
    total_elements: z.number(),
    total_pages: z.number(),
    page_number: z.literal(0),
    page_size: z.number(),
  });
const listedEnrollments = listOf(z.object({ enrollment_id: z.string(), status: z.string() }));
const listedDevices = listOf(device);

export async function enrollments(kit: Kit): Promise<void> {
  const location_id = await kit.locationId();
  const run = kit.serial();
  const metadata = { username: "john.doe", type: "android", run };
  const make = async (expires_in: number): Promise<Answer> =>
    await kit.office.request("POST", "/ipp/v1/enrollments", { location_id, metadata, expires_in });
  const made = kit.body("an enrollment is made", await make(36_000), 201, enrollment);
  const left = Date.parse(made.expires_at) - (await kit.businessNow());
  kit.holds("expires_in is in milliseconds", left > 0 && left <= 96_000, made.expires_at);
  const cancelled = kit.body("another one", await make(36_000_000), 201, enrollment);
  const path = `/ipp/v1/enrollments/${cancelled.enrollment_id}`;
  kit.status("it is taken back", await kit.office.request("DELETE", path), 204);
  await lists(kit, { run, pending: made.enrollment_id, cancelled: cancelled.enrollment_id });

  const hardware_id = kit.serial();
  const register = async (enrollment_code: string, id = hardware_id): Promise<Answer> =>
    await kit.nobody.request("POST", "/ipp/v1/devices", {
      enrollment_code,
      hardware_id: id,
      platform: "android",
    });
  const refused = await register(cancelled.enrollment_code);
  kit.says("a code that was taken back", refused, 403, { code: "PAIRING_REFUSED" });
  const came = await register(made.enrollment_code);
  const { token, ...self } = kit.body("a device registers itself by the code alone", came, 201, registered);
  kit.holds("the metadata is carried over", self.metadata["run"] === run, self.metadata);
  kit.holds("it stands where the enrollment says", self.location_id === location_id, self.location_id);
  const again = await register(made.enrollment_code, kit.serial());
  kit.says("the code once more", again, 403, { code: "PAIRING_REFUSED" });
  const shown = await kit.office.request("GET", `/ipp/v1/enrollments/${made.enrollment_id}`);
  kit.says("the enrollment is used up", shown, 200, { status: "CONSUMED" });
  await life(kit, { ...self, token, run });
}

async function lists(
  kit: Kit,
  { run, pending, cancelled }: { readonly run: string; readonly pending: string; readonly cancelled: string },
): Promise<void> {
  const path = `/ipp/v1/enrollments?metadata=run:${run}`;
  const answer = await kit.office.request("GET", path);
  const { content } = kit.body("enrollments by their metadata", answer, 200, listedEnrollments);
  const ids = content.map(({ enrollment_id }) => enrollment_id);
  kit.holds("the pending one is listed", ids.includes(pending), ids);
  kit.holds("the one that was taken back is not", !ids.includes(cancelled), ids);
  const tooMany = `/ipp/v1/devices?${Array.from({ length: 6 }, () => "metadata=a:b").join("&")}`;
  kit.status("more than five filters", await kit.office.request("GET", tooMany), 422);
}

async function life(
  kit: Kit,
  { id, token, run }: { readonly id: string; readonly token: string; readonly run: string },
): Promise<void> {
  const client = createClient(kit.url, token);
  kit.status("its token is taken at /pos", await client.request("GET", "/pos/status"), 200);
  const found = await kit.office.request("GET", `/ipp/v1/devices?metadata=run:${run}&metadata=type:android`);
  const { content } = kit.body(
    "devices by their metadata, all of which have to hold",
    found,
    200,
    listedDevices,
  );
  kit.holds("it is found", content.map((one) => one.id).includes(id), content);
  const none = await kit.office.request("GET", `/ipp/v1/devices?metadata=run:${run}&metadata=type:ios`);
  const { total_elements } = kit.body("and by none that doesn't", none, 200, listedDevices);
  kit.holds("it is not found by that", total_elements === 0, total_elements);
  const path = `/ipp/v1/devices/${id}`;
  const named = await kit.office.request("PUT", path, { name: "Desk" });
  kit.says("it is named", named, 200, { name: "Desk", "metadata.run": run });
  kit.status("it is deregistered", await kit.office.request("DELETE", path), 204);
  kit.status("its token is dead at once", await client.request("GET", "/pos/status"), 401);
  kit.status("it is gone", await kit.office.request("GET", path), 404);
}
