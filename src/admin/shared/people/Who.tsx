import { useTexts } from "../../texts/texts.ts";
import { type Actor, actorText } from "./actorText.ts";

/** Who did something: the id is kept beside the name. */
export function Who({ actor }: { readonly actor: Actor }) {
  const texts = useTexts();
  return <bdi title={actor.id}>{actorText(actor, texts)}</bdi>;
}
