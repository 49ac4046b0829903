"""Words of `schoolplan doctor`, by check and state, in both languages.

They stand here and not in the message catalogue because doctor must be able to speak when the other rooms are broken.
"""

from collections.abc import Mapping

TEXTS: Mapping[str, Mapping[str, str]] = {
    "good": {"zh": "正常", "en": "good"},
    "absent": {"zh": "未安装", "en": "absent"},
    "broken": {"zh": "有问题", "en": "broken"},
    "packages": {"zh": "程序包", "en": "packages"},
    "packages.good": {"zh": "schoolplan {version}，位于 {folder}", "en": "schoolplan {version} in {folder}"},
    "python": {"zh": "Python", "en": "Python"},
    "python.good": {"zh": "{version}（{system}）", "en": "{version} ({system})"},
    "python.broken": {"zh": "{version}（{system}），版本过旧", "en": "{version} ({system}) is too old"},
    "python.broken.mend": {"zh": "请安装 Python 3.11 或更新版本", "en": "install Python 3.11 or newer"},
    "libraries": {"zh": "程序库", "en": "libraries"},
    "libraries.good": {"zh": "{versions}", "en": "{versions}"},
    "libraries.broken": {"zh": "缺少 {missing}", "en": "missing: {missing}"},
    "libraries.broken.mend": {"zh": "请重新安装 schoolplan", "en": "install schoolplan again"},
    "font": {"zh": "中文字体", "en": "Chinese font"},
    "font.good": {"zh": "{family}，{path}", "en": "{family}, {path}"},
    "font.broken": {"zh": "无法显示中文：{reason}", "en": "cannot draw Chinese: {reason}"},
    "font.broken.mend": {"zh": "请执行 pip install noto-cjk-sans-otc", "en": "pip install noto-cjk-sans-otc"},
    "coordinates": {"zh": "坐标系数据", "en": "coordinate systems"},
    "coordinates.good": {
        "zh": "PROJ {proj}，EPSG:4490 转 EPSG:4545 正确",
        "en": "PROJ {proj}, EPSG:4490 to EPSG:4545 is right",
    },
    "coordinates.broken": {
        "zh": "EPSG:4490 转 EPSG:4545 不正确：{reason}",
        "en": "EPSG:4490 to EPSG:4545 is wrong: {reason}",
    },
    "coordinates.broken.mend": {
        "zh": "请执行 pip install --force-reinstall pyproj",
        "en": "pip install --force-reinstall pyproj",
    },
    "postgis": {"zh": "数据库图层（可选）", "en": "layers of databases (optional)"},
    "postgis.good": {"zh": "{versions}", "en": "{versions}"},
    "postgis.absent": {
        "zh": "缺少 {missing}；只有从 PostGIS 读图层时才需要",
        "en": "missing: {missing}; only layers of PostGIS need it",
    },
    "postgis.absent.mend": {
        "zh": "请执行 pip install 'schoolplan[postgis]'",
        "en": "pip install 'schoolplan[postgis]'",
    },
    "raster": {"zh": "人口栅格（可选）", "en": "population rasters (optional)"},
    "raster.good": {"zh": "{versions}", "en": "{versions}"},
    "raster.absent": {
        "zh": "缺少 {missing}；只有读人口栅格时才需要",
        "en": "missing: {missing}; only population rasters need it",
    },
    "raster.absent.mend": {"zh": "请执行 pip install 'schoolplan[raster]'", "en": "pip install 'schoolplan[raster]'"},
    "baselines": {"zh": "回测的 ETS 和 ARIMA（可选）", "en": "ETS and ARIMA in backtests (optional)"},
    "baselines.good": {"zh": "{versions}", "en": "{versions}"},
    "baselines.absent": {
        "zh": "缺少 {missing}；只有 `backtest --baselines all` 需要",
        "en": "missing: {missing}; only `backtest --baselines all` needs it",
    },
    "baselines.absent.mend": {
        "zh": "请执行 pip install 'schoolplan[baselines]'",
        "en": "pip install 'schoolplan[baselines]'",
    },
    "browser": {"zh": "浏览器（可选）", "en": "browser (optional)"},
    "browser.good": {"zh": "{path}", "en": "{path}"},
    "browser.absent": {
        "zh": "没有 Chromium，仅开发者测试报告时需要",
        "en": "no Chromium; only the tests of the report need one",
    },
}
