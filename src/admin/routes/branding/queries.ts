import { queryOptions } from "@tanstack/react-query";
import type { BrandingInput } from "../../../domain/branding/input.ts";
import type { AnswerOf } from "../../api/answerOf.ts";
import { type Answered, api, ask } from "../../api/client.ts";

export type BrandingAnswer = AnswerOf<"/api/branding">;
export type Branding = NonNullable<BrandingAnswer["branding"]>;

export function brandingQuery() {
  return queryOptions({
    queryKey: ["branding"],
    queryFn: async () => await ask(() => api.GET("/api/branding")),
  });
}

export async function changeBranding(
  body: BrandingInput,
  { etag, intent }: { readonly etag: string | null; readonly intent: string },
): Promise<Answered<BrandingAnswer>> {
  const header = { "Idempotency-Key": intent, ...(etag === null ? {} : { "If-Match": etag }) };
  const send = () =>
    api.PUT("/api/branding", { body: { ...body, links: [...body.links] }, params: { header } });
  return await ask(send);
}

/** @returns the hash by which it is named */
export async function uploadLogo(file: File): Promise<string> {
  const { body } = await ask(() =>
    api.POST("/api/branding/logo", {
      // The document's type of a body that is no JSON is text.
      body: "",
      bodySerializer: () => file,
      headers: { "content-type": file.type === "image/webp" ? "image/webp" : "image/png" },
    }),
  );
  return body.logo;
}
