import { useQuery } from "@tanstack/react-query";
import { may } from "../../api/session.ts";
import { allLocationsQuery } from "../locations/queries.ts";

/** A location by its name, once the names are known; its id before, and for who may not read them. */
export function LocationName({ id }: { readonly id: string }) {
  const { data } = useQuery({ ...allLocationsQuery(), enabled: may("locations:read") });
  return <bdi>{data?.find((location) => location.id === id)?.name ?? id}</bdi>;
}
