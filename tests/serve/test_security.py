"""Each way in which a site, a stranger or a file may try to do harm, tried."""

import csv
import gzip
import io

import pytest
from starlette.testclient import TestClient

from corridor.serve.app import create_app
from corridor.serve.desk import Desk, Settings
from corridor.serve.library import Library
from corridor.serve.security import MOST_BYTES, Access

CSP_FORBIDS = ("'unsafe-inline'", "'unsafe-eval'", "http:", "https:", "*")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", ""])
def test_a_foreign_host_name_is_refused(reader, host):
    assert reader.get("/api/scenarios", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST"])
def test_names_of_this_machine_are_answered(reader, host):
    assert reader.get("/api/scenarios", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost:9999"},
        {"Origin": "null"},
    ],
)
def test_a_request_from_another_site_is_refused(reader, headers):
    asked = {"scenario": "siege", "known_by": "2031-03-12"}
    assert reader.post("/api/calibrate", json=asked, headers=headers).status_code == 403
    assert reader.get("/api/scenarios", headers=headers).status_code == 403


def test_a_request_from_the_page_itself_is_answered(reader):
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost:8000"}
    assert reader.get("/api/scenarios", headers=headers).status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_form_of_another_site_cannot_pose_as_a_question(reader, kind):
    answer = reader.post("/api/calibrate", content=b"{}", headers={"Content-Type": kind})
    assert answer.status_code == 415


@pytest.mark.parametrize("path", ["/api/scenarios", "/api/nothing", "/"])
def test_every_answer_forbids_inline_scripts_frames_and_other_hosts(reader, path):
    headers = reader.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert [word for word in CSP_FORBIDS if word in policy] == []
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", ["..", "%2e%2e", "..%2fhome", "/etc", "%2fetc%2fpasswd", "siege%00", "C:%5c"])
def test_a_name_reaches_no_folder_that_is_not_listed(reader, name):
    answer = reader.get(f"/api/scenarios/{name}/tables/places")
    assert answer.status_code in {404, 422}
    assert "root:" not in answer.text


@pytest.mark.parametrize("name", ["../out", "a/b", "..", ".hidden", "", "a" * 65, "con\x00"])
def test_a_copy_stays_in_its_folder(reader, unchanged_home, name):
    before = sorted(path for path in unchanged_home.parent.rglob("*") if path.is_dir())
    assert reader.post("/api/scenarios/siege/copy", json={"to": name}).status_code == 422
    assert sorted(path for path in unchanged_home.parent.rglob("*") if path.is_dir()) == before


@pytest.mark.parametrize("table", ["..%2fplaces", "scenario", "passwd", "places.csv"])
def test_only_the_tables_of_a_scenario_are_read(reader, table):
    assert reader.get(f"/api/scenarios/siege/tables/{table}").status_code in {404, 422}


def test_a_request_of_200_megabytes_is_refused_by_its_stated_length(reader):
    answer = reader.post("/api/calibrate", content=b"", headers={"Content-Length": str(200_000_000)})
    assert answer.status_code == 413


def test_a_request_without_a_length_is_cut_off(reader):
    answer = reader.post(
        "/api/calibrate", content=(b" " * 65_536 for _ in range(MOST_BYTES // 65_536 + 2)),
        headers={"Content-Type": "application/json"},
    )  # fmt: skip
    assert answer.status_code == 413


@pytest.mark.parametrize("length", ["\u00b2", "-1", "1e3", "x"])
def test_a_length_that_is_no_number_is_refused(reader, length):
    headers = {"Content-Length": length.encode("latin-1"), "Content-Type": "application/json"}
    assert reader.post("/api/calibrate", content=b"", headers=headers).status_code == 413


def test_a_compressed_request_is_not_unpacked(reader):
    # ten megabytes of blanks before what would be answered, in ten kilobytes
    packed = gzip.compress(b" " * 10_000_000 + b'{"scenario": "siege", "known_by": "2031-03-12"}')
    assert len(packed) < 20_000
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    answer = reader.post("/api/calibrate", content=packed, headers=headers)
    assert (answer.status_code, answer.json()["detail"]) == (400, "The request is not JSON in UTF-8, uncompressed.")
    few = gzip.compress(b'{"scenario": "siege", "known_by": "2031-03-12"}')
    assert reader.post("/api/calibrate", content=few, headers=headers).status_code == 400


def test_a_formula_typed_into_a_table_is_harmless_in_a_spreadsheet(client, home):
    table = client.get("/api/scenarios/siege/tables/observations").json()
    source = table["columns"].index("source")
    table["rows"][0][source] = "=HYPERLINK(0)"
    asked = {key: table[key] for key in ("version", "columns", "rows")}
    assert client.put("/api/scenarios/siege/tables/observations", json=asked).status_code == 200
    text = (home / "siege" / "observations.csv").read_text(encoding="utf-8")
    assert next(csv.DictReader(io.StringIO(text)))["source"] == "'=HYPERLINK(0)"


def test_a_formula_in_the_source_of_a_report_is_harmless_in_a_spreadsheet(client, home):
    report = {"date": "2031-03-12", "place": "plain_camp", "measure": "stock", "count": 60000, "source": "@SUM(1)"}
    assert client.post("/api/scenarios/siege/observations", json=report).status_code == 201
    text = (home / "siege" / "observations.csv").read_text(encoding="utf-8")
    assert list(csv.DictReader(io.StringIO(text)))[-1]["source"] == "'@SUM(1)"


def test_another_address_needs_the_token(home):
    access = Access(frozenset({"planner.example"}), "secret")
    app = create_app(Desk(Settings(Library(home), home / "runs", access)))
    with TestClient(app, base_url="http://planner.example:8000") as client:
        assert client.get("/api/scenarios").status_code == 401
        assert client.get("/api/scenarios", headers={"Authorization": "Bearer wrong"}).status_code == 401
        assert client.get("/api/scenarios", headers={"Authorization": "Bearer secret"}).status_code == 200
        assert client.get("/api/scenarios", headers={"Host": "localhost"}).status_code == 421
