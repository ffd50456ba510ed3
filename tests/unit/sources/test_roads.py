"""Routes from roads: read offline, snapped, shortest, between neighbours; all places and roads are invented."""

import json
import sqlite3
import struct
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse.csgraph import shortest_path

from corridor.errors import ScenarioError, UsageError
from corridor.scenario.checks.whereabouts import haversine_km
from corridor.scenario.io.read import read_folder
from corridor.sources.roads.files import read_roads
from corridor.sources.roads.into import RouteOptions, import_routes, parsed_mode
from corridor.sources.roads.neighbours import LONGER_FRACTION, links_of
from corridor.sources.roads.network import network_of
from corridor.sources.roads.shapes import MOST_POINTS, simplified
from corridor.sources.roads.straight import straight_links
from corridor.sources.roads.ways import ways_of

DEGREE_KM = 111.195  # of latitude
# A road along the equator, a branch to the north that just misses it, a footpath, and a road apart in the east.
ROADS = (
    ("primary", [(20.0, 0.0), (20.5, 0.0), (21.0, 0.0), (21.0, 0.5)]),
    ("secondary", [(20.5, 0.0003), (20.5, 0.4)]),
    ("footway", [(20.0, 0.0), (22.0, 2.0)]),
    ("tertiary", [(25.0, 0.0), (25.5, 0.4)]),
)
PLACES = (
    ("west", 0.0, 20.0),
    ("middle", 0.01, 20.7),
    ("north", 0.4, 20.5),
    ("east", 0.5, 21.0),
    ("isle", 0.2, 25.25),
    ("far", 2.0, 22.0),
)


@pytest.fixture
def folder(tmp_path) -> Path:
    """Return a scenario of places without routes."""
    rows = [f"{name},{name.title()},{'town' if name == 'west' else 'camp'},{lat},{lon},9" for name, lat, lon in PLACES]
    texts = {
        "scenario.toml": 'name = "roads"\nstart = 2031-01-01\nend = 2031-03-01\n',
        "places.csv": "\n".join(["place,name,kind,lat,lon,population", *rows, "nowhere,Nowhere,town,,,9"]) + "\n",
        "routes.csv": "origin,destination,distance_km\n",
        "events.csv": "start,kind,subject,source\n",
        "observations.csv": "date,place,measure,count,source\n",
    }
    (tmp_path / "scenario").mkdir()
    for name, text in texts.items():
        (tmp_path / "scenario" / name).write_text(text, encoding="utf-8")
    return tmp_path / "scenario"


def geojson(tmp_path: Path) -> Path:
    """Write the roads as GeoJSON."""
    features = [
        {
            "type": "Feature",
            "properties": {"highway": kind},
            "geometry": {"type": "LineString", "coordinates": [[*point, 7.0] for point in line]},
        }
        for kind, line in ROADS
    ]
    path = tmp_path / "roads.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def geopackage(tmp_path: Path, system=4326) -> Path:
    """Write the roads as a GeoPackage, lines of several parts."""
    path = tmp_path / "roads.gpkg"
    with sqlite3.connect(path) as store:
        store.execute("CREATE TABLE gpkg_geometry_columns (table_name, column_name, geometry_type_name, srs_id, z, m)")
        store.execute(
            "INSERT INTO gpkg_geometry_columns VALUES ('roads', 'geom', 'MULTILINESTRING', ?, 0, 0)", [system]
        )
        store.execute("CREATE TABLE roads (fid INTEGER PRIMARY KEY, geom BLOB, fclass TEXT)")
        for kind, line in ROADS:
            values = [number for point in line for number in point]
            wkb = struct.pack(f"<BIIBII{len(values)}d", 1, 5, 1, 1, 2, len(line), *values)
            blob = b"GP\0\1" + struct.pack("<i", system) + wkb
            store.execute("INSERT INTO roads (geom, fclass) VALUES (?, ?)", [blob, kind])
    store.close()
    return path


def extract(tmp_path: Path) -> Path:
    """Write the roads as an extract of OpenStreetMap."""
    osmium = pytest.importorskip("osmium")
    path = tmp_path / "roads.osm.pbf"
    writer = osmium.SimpleWriter(str(path))
    points = list(dict.fromkeys(point for _, line in ROADS for point in line))
    for number, point in enumerate(points, start=1):
        writer.add_node(osmium.osm.mutable.Node(id=number, location=point))
    for number, (kind, line) in enumerate(ROADS, start=1):
        nodes = [points.index(point) + 1 for point in line]
        nodes = [*nodes, 999] if kind == "tertiary" else nodes  # a node beyond the edge of the extract
        writer.add_way(osmium.osm.mutable.Way(id=number, nodes=nodes, tags={"highway": kind}))
    writer.close()
    return path


def lengths(folder: Path) -> dict[str, float]:
    """Return the length of each route of a scenario."""
    return {row.route: row.distance_km for row in read_folder(folder)[0].routes}


@pytest.mark.parametrize("write", [geojson, geopackage, extract])
def test_every_kind_of_road_file_gives_the_shortest_ways_between_neighbours(write, tmp_path, folder):
    done = import_routes([write(tmp_path)], folder, RouteOptions())
    off = 0.01 * DEGREE_KM  # middle lies beside the road
    expected = {
        "west>middle": 0.7 * DEGREE_KM + off,
        "west>north": 0.9 * DEGREE_KM,
        "middle>north": 0.6 * DEGREE_KM + off,
        "middle>east": 0.8 * DEGREE_KM + off,
    }
    assert lengths(folder) == pytest.approx(expected, rel=1e-3)
    assert [place for place, _ in done.off_network] == ["far"]
    assert done.islands == ("isle",)
    account = "\n".join(entry.text for entry in done.account)
    assert "1 loose end of roads joined" in account
    assert "1 place without lat and lon in places.csv: nowhere" in account
    assert "far: the nearest road is some" in account


def test_a_route_keeps_file_digest_and_shape_and_says_that_it_follows_a_road(tmp_path, folder):
    import_routes([geojson(tmp_path)], folder, RouteOptions())
    row = next(row for row in read_folder(folder)[0].routes if row.route == "west>north")
    assert row.points == ((0.0, 20.0), (0.0003, 20.5), (0.4, 20.5))
    assert row.reversed().points == row.points[::-1]
    assert (row.both_ways, row.notes["x_distance"], row.notes["x_file"]) == (
        True,
        "shortest way by road",
        "roads.geojson",
    )
    assert len(row.notes["x_sha256"]) == 64


def test_a_second_import_changes_nothing_and_what_a_person_wrote_stays(tmp_path, folder):
    roads = geojson(tmp_path)
    import_routes([roads], folder, RouteOptions())
    before = (folder / "routes.csv").read_bytes()
    again = import_routes([roads], folder, RouteOptions())
    assert (len(again.added), again.changed, again.removed, again.unchanged) == (0, 0, 0, 4)
    assert (folder / "routes.csv").read_bytes() == before
    (folder / "routes.csv").write_text(before.decode().replace("west,north,100.04", "west,north,120"), encoding="utf-8")
    assert lengths(folder)["west>north"] == 120
    straight = import_routes([], folder, RouteOptions())
    assert lengths(folder)["west>north"] == 120
    assert straight.changed == 3


def test_a_new_place_between_two_others_takes_their_imported_route(tmp_path, folder):
    import_routes([geojson(tmp_path)], folder, RouteOptions())
    with (folder / "places.csv").open("a", encoding="utf-8") as file:
        file.write("fork,Fork,town,0,20.5,9\n")
    done = import_routes([geojson(tmp_path)], folder, RouteOptions())
    assert set(lengths(folder)) == {"middle>east", "west>fork", "middle>fork", "north>fork"}
    assert (len(done.added), done.removed) == (3, 3)


def test_without_a_road_file_great_circles_are_lengthened_and_marked(folder):
    import_routes([], folder, RouteOptions(detour=1.5))
    rows = read_folder(folder)[0].routes
    places = {row.place: row for row in read_folder(folder)[0].places}
    for row in rows:
        one, other = places[row.origin], places[row.destination]
        assert row.distance_km == pytest.approx(1.5 * haversine_km(one.lat, one.lon, other.lat, other.lon), abs=0.01)
        assert row.notes["x_distance"] == "great circle x 1.5"
    assert {end for row in rows for end in (row.origin, row.destination)} == {name for name, _, _ in PLACES}


def test_neighbours_are_those_between_which_no_third_place_lies_on_any_network():
    rng = np.random.default_rng(3)
    for _ in range(4):
        size = 8
        lat, lon = rng.uniform(0, 1, (size, size)) * 0.06, rng.uniform(0, 1, (size, size)) * 0.06
        lat, lon = lat + 0.1 * np.arange(size)[:, None], lon + 0.1 * np.arange(size)
        pairs = [((i, j), (i + a, j + b)) for i in range(size) for j in range(size) for a, b in ((0, 1), (1, 0))]
        pairs = [(p, q) for p, q in pairs if max(q) < size and rng.random() < 0.8]
        ways = ways_of([np.array([(lon[p], lat[p]), (lon[q], lat[q])]) for p, q in pairs])
        nodes = np.sort(rng.choice(ways.n_nodes, 12, replace=False))
        links = {(link.one, link.other): link.km for link in links_of(network_of(ways, nodes), nodes)}
        graph = np.zeros((ways.n_nodes, ways.n_nodes))
        graph[ways.node[:-1:2], ways.node[1::2]] = ways.segment_km[::2]
        km = shortest_path(graph, directed=False)[np.ix_(nodes, nodes)]
        expected = {
            (a, b): km[a, b]
            for a in range(12)
            for b in range(a + 1, 12)
            if np.isfinite(km[a, b])
            and not any(
                max(km[a, c], km[c, b]) < km[a, b] and km[a, c] + km[c, b] <= (1 + LONGER_FRACTION) * km[a, b]
                for c in set(range(12)) - {a, b}
            )
        }
        assert links == pytest.approx(expected)


def test_places_on_a_line_are_joined_one_by_one_without_roads_too():
    lat, lon = np.zeros(5), np.array([10.0, 10.3, 10.1, 10.8, 10.5])
    assert [(link.one, link.other) for link in straight_links(lat, lon, 1.3)] == [(0, 2), (1, 2), (1, 4), (3, 4)]


def test_a_shape_has_few_points_and_stays_near_the_road():
    angle = np.linspace(0, np.pi, 500)
    points = list(zip((0.5 * np.sin(angle)).tolist(), (20 - 0.5 * np.cos(angle)).tolist(), strict=True))
    shape = simplified(points, 0.5 * np.pi * DEGREE_KM)
    assert (shape[0], shape[-1]) == (points[0], points[-1])
    assert 5 < len(shape) <= MOST_POINTS


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("roads.geojson", b"", "the file is empty"),
        ("roads.geojson", b'{"type": "FeatureCollection", "features": [', "begins like JSON and is none"),
        ("roads.geojson", b'{"type": "FeatureCollection", "features": []}', "no road is in it"),
        ("roads.geojson", b'{"type": "LineString", "coordinates": [[500000, 4000000], [500100, 4]]}', "degrees"),
        ("roads.geojson", b'{"type": "LineString", "coordinates": [["a", "b"]]}', "degrees"),
        ("roads.geojson", b'{"type": "FeatureCollection", "features": 7}', "degrees"),
        (
            "roads.geojson",
            b'{"type":"LineString","crs":{"properties":{"name":"EPSG:32633"}},"coordinates":[]}',
            "32633",
        ),
        ("roads.gpkg", b"SQLite format 3\0" + b"\1" * 200, "damaged or none"),
        ("roads.osm.pbf", b"\0\0\0\x0d\x0a\x09OSMHeader\x18\x7c" + b"\1" * 200, "damaged"),
        ("roads.geojson", b'{"type": "LineString", "coordinates": [[1' + b"0" * 400 + b", 5], [31, 6]]}", "degrees"),
        ("roads.geojson", b'{"type":"GeometryCollection","geometries":[' * 9_000, "begins like JSON and is none"),
        ("roads.geojson", b'{"type": "LineString", "coordinates": [[30, 5], [NaN, 6]]}', "degrees"),
        ("roads.geojson", b'{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1]]]}', "no road is in it"),
        ("roads.zip", b"PK\x03\x04....", "an archive"),
        ("roads.txt", b"roads lead somewhere", "no file of roads"),
    ],
)
def test_a_wrong_file_is_refused_in_words_and_nothing_is_written(name, content, words, tmp_path, folder):
    path = tmp_path / name
    path.write_bytes(content)
    before = (folder / "routes.csv").read_bytes()
    with pytest.raises(ScenarioError, match=words):
        import_routes([path], folder, RouteOptions())
    assert (folder / "routes.csv").read_bytes() == before


def test_a_geopackage_in_metres_of_another_system_is_refused_and_its_views_are_not_run(tmp_path):
    with pytest.raises(ScenarioError, match="reference system 32633"):
        read_roads([geopackage(tmp_path, system=32633)])
    path = tmp_path / "roads.gpkg"
    with sqlite3.connect(path) as store:
        store.execute("DROP TABLE roads")
        endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS geom FROM n"
        store.execute(f"CREATE VIEW roads AS {endless}")
    store.close()
    with pytest.raises(ScenarioError, match="no road is in it"):
        read_roads([path])


@pytest.mark.parametrize(
    "blob",
    [
        b"GP",
        b"GP\0\1" + struct.pack("<i", 4326) + b"\1" + struct.pack("<II", 2, 2**32 - 1),
        b"GP\0\1" + struct.pack("<i", 4326) + struct.pack("<BII", 1, 2, 1) + struct.pack("<2d", float("nan"), 5.0),
        b"GP\0\1" + struct.pack("<i", 4326) + struct.pack("<BII", 1, 5, 1) * 20_000,
    ],
    ids=["cut off", "endless", "no number", "nested too deeply"],
)
def test_a_damaged_line_of_a_geopackage_is_refused_in_words(tmp_path, blob):
    path = geopackage(tmp_path)
    with sqlite3.connect(path) as store:
        store.execute("UPDATE roads SET geom = ?", [blob])
    store.close()
    with pytest.raises(ScenarioError, match="is damaged"):
        read_roads([path])


def test_a_geopackage_whose_column_has_no_name_is_refused_in_words(tmp_path):
    path = geopackage(tmp_path)
    with sqlite3.connect(path) as store:
        store.execute("UPDATE gpkg_geometry_columns SET column_name = NULL")
    store.close()
    with pytest.raises(ScenarioError, match="is damaged"):
        read_roads([path])


def test_a_missing_file_a_mode_that_is_none_and_places_without_coordinates_are_named(tmp_path, folder):
    with pytest.raises(ScenarioError, match="no such file"):
        read_roads([tmp_path / "roads.gpkg"])
    with pytest.raises(UsageError, match=r"'bus' is not a mode. Use foot, vehicle or boat"):
        parsed_mode("bus")
    (folder / "places.csv").write_text("place,name,kind,population\none,One,town,9\ntwo,Two,town,9\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="0 places have coordinates"):
        import_routes([], folder, RouteOptions())
