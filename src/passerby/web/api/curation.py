"""What people make of a library: lists with counts, titles, whole videos tagged, collections, the trash, searches."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from passerby.curation import Collection, TrashedVideo
from passerby.service.exports import zipped
from passerby.store.listing import VideoFilter
from passerby.web.access import Admin, TheDesk, Viewer, Writer
from passerby.web.api.curation_documents import (
    CollectionAnswer,
    CollectionChange,
    CollectionList,
    Counted,
    Exported,
    FacetList,
    FacetValue,
    KeptSearchList,
    LabelledVideos,
    Members,
    NewCollection,
    NewSearch,
    OrderQuery,
    SearchEntry,
    Shapes,
    Some,
    Trash,
    TrashEntry,
    VideoIds,
    VideoQuery,
)

router = APIRouter(tags=["library"])

CollectionId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
SearchId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]


def filter_of(query: VideoQuery) -> VideoFilter:
    """What a query asks for."""
    return VideoFilter(
        named=query.named.strip(),
        labels=tuple(query.label),
        has=tuple(query.has),
        length=query.length,
        year=query.year,
        collection=query.collection,
        review=query.review,
        status=query.status,
    )


@router.get("/library/shapes")
def outline_videos(desk: TheDesk, caller: Viewer, query: Annotated[OrderQuery, Query()]) -> Shapes:
    """The shapes of all videos of a list, for a page to leave room for each before it knows more of it."""
    shapes = desk.library(caller).curation.shapes(filter_of(query), query.sort)
    days: list[tuple[int | None, int]] = []
    for shape in shapes:
        if days and days[-1][0] == shape.day:
            days[-1] = (shape.day, days[-1][1] + 1)
        else:
            days.append((shape.day, 1))
    aspects = [round(100 * shape.width / shape.height) if shape.height else 178 for shape in shapes]
    return Shapes(aspects=aspects, days=[[*day] for day in days] if query.sort in ("added", "recorded") else [])


@router.get("/library/facets")
def count_facets(desk: TheDesk, caller: Viewer, query: Annotated[VideoQuery, Query()]) -> FacetList:
    """How many videos of a list have what it can be narrowed by."""
    curation = desk.library(caller).curation
    found: dict[str, list[FacetValue]] = {}
    for each in curation.facets(filter_of(query)):
        found.setdefault(each.kind, []).append(FacetValue(value=each.value, videos=each.videos))
    return FacetList(total=curation.count(filter_of(query)), facets=found)


@router.get("/library/ids")
def list_video_ids(desk: TheDesk, caller: Viewer, query: Annotated[OrderQuery, Query()]) -> VideoIds:
    """The ids of all videos of a list, in its order."""
    return VideoIds(videos=desk.library(caller).curation.ids(filter_of(query), query.sort))


@router.post("/library/exports", response_class=Response, responses={200: {"content": {"application/zip": {}}}})
def export_videos(desk: TheDesk, caller: Viewer, body: Exported) -> Response:
    """What is known of several videos in another format, as a ZIP with a file for each: docs/exports.md."""
    content = zipped(desk.library(caller), body.videos, body.format, named_only=not caller.may_do("redact"))
    headers = {"Content-Disposition": f'attachment; filename="passerby-{body.format}.zip"'}
    return Response(content, media_type="application/zip", headers=headers)


@router.post("/library/labels")
def label_videos(desk: TheDesk, caller: Writer, body: LabelledVideos) -> Counted:
    """Say that labels fit whole videos, and that others do not."""
    return Counted(videos=desk.library(caller).curation.tag(body.videos, body.given, body.rejected))


@router.get("/collections")
def list_collections(desk: TheDesk, caller: Viewer) -> CollectionList:
    """All collections and cases, by name."""
    return CollectionList(collections=[_collection(each) for each in desk.library(caller).curation.collections()])


@router.post("/collections", status_code=201)
def make_collection(desk: TheDesk, caller: Writer, body: NewCollection) -> CollectionAnswer:
    """Make a collection, or a case. A name that would say who somebody is is refused."""
    curation = desk.library(caller).curation
    return _collection(curation.make_collection(body.name, body.description, is_case=body.case))


@router.patch("/collections/{collection}")
def change_collection(
    desk: TheDesk, caller: Writer, collection: CollectionId, body: CollectionChange
) -> CollectionAnswer:
    """Change what is told of a collection."""
    curation = desk.library(caller).curation
    changed = curation.change_collection(collection, name=body.name, description=body.description, is_case=body.case)
    return _collection(changed)


@router.delete("/collections/{collection}", status_code=204)
def remove_collection(desk: TheDesk, caller: Writer, collection: CollectionId) -> None:
    """Remove a collection. Its videos stay."""
    desk.library(caller).curation.remove_collection(collection)


@router.post("/collections/{collection}/videos")
def change_members(desk: TheDesk, caller: Writer, collection: CollectionId, body: Members) -> Counted:
    """Put videos into a collection, and take others out; how many were changed."""
    curation = desk.library(caller).curation
    taken = curation.collect(collection, body.remove, remove=True) if body.remove else 0
    put = curation.collect(collection, body.add) if body.add or not body.remove else 0
    return Counted(videos=taken + put)


@router.get("/trash")
def list_trash(
    desk: TheDesk,
    caller: Writer,
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
    cursor: Annotated[str, Query(pattern=r"^\d{0,15}$", description="The `next` of the page before.")] = "",
) -> Trash:
    """What is in the trash, page by page. It is on the disk of the server until it is forgotten."""
    start, found = int(cursor or 0), desk.library(caller).curation.trashed()
    shown = [_trashed(each) for each in found[start : start + limit]]
    following = str(start + limit) if start + limit < len(found) else None
    return Trash(videos=shown, next=following, days=desk.settings.trash_days)


@router.post("/trash")
def trash_videos(desk: TheDesk, caller: Writer, body: Some) -> Counted:
    """Move videos to the trash: nothing but the trash tells of them from then on, and nothing of them is removed."""
    return Counted(videos=desk.trash(caller, body.videos))


@router.delete("/trash", status_code=204)
def empty_trash(desk: TheDesk, caller: Admin) -> None:
    """Forget all that is in the trash: nothing of it stays."""
    desk.empty_trash(caller, all_of_it=True)


@router.post("/trash/restore")
def restore_videos(desk: TheDesk, caller: Writer, body: Some) -> Counted:
    """Take videos out of the trash: they are in the library as before."""
    return Counted(videos=desk.library(caller).curation.restore(body.videos))


@router.get("/searches")
def list_kept_searches(desk: TheDesk, caller: Viewer) -> KeptSearchList:
    """The searches that the caller keeps."""
    kept = desk.library(caller).curation.searches()
    return KeptSearchList(searches=[SearchEntry(id=each.id, name=each.name, asked=dict(each.asked)) for each in kept])


@router.post("/searches", status_code=201)
def keep_search(desk: TheDesk, caller: Viewer, body: NewSearch) -> SearchEntry:
    """Keep a search, in the place of one of that name."""
    search = desk.library(caller).curation.keep_search(body.name, body.asked)
    return SearchEntry(id=search, name=body.name, asked=body.asked)


@router.delete("/searches/{search}", status_code=204, response_class=Response)
def remove_search(desk: TheDesk, caller: Viewer, search: SearchId) -> None:
    """Keep a search no longer."""
    desk.library(caller).curation.remove_search(search)


def _collection(each: Collection) -> CollectionAnswer:
    return CollectionAnswer(**each.document())


def _trashed(each: TrashedVideo) -> TrashEntry:
    return TrashEntry(**each.document())
