// Renders a chart where there is no Helm. It knows what the templates of infra/helm/ledger use, and
// refuses the rest; Helm itself has the last word wherever it is installed.
//
//	chart-stand-in [-release NAME] [-namespace NAME] [-values FILE]... [-set A.B=YAML]...
//	               [-show manifests|notes|values] CHART
//
// Build: GO111MODULE=off GOPATH=/usr/share/gocode go build -o TARGET ./scripts/infra/chart-stand-in
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"gopkg.in/yaml.v2"
)

// All functions of sprig that the templates may use.
var allowed = []string{
	"default", "dict", "fail", "int", "list", "nindent", "quote", "replace", "sha256sum",
}

type object = map[string]interface{}

// files is what Helm calls .Files: what lies in the chart beside the templates.
type files struct{ folder string }

func (f files) Get(name string) string {
	text, err := os.ReadFile(filepath.Join(f.folder, name))
	check(err)
	return string(text)
}

type repeated []string

func (r *repeated) String() string         { return strings.Join(*r, ",") }
func (r *repeated) Set(value string) error { *r = append(*r, value); return nil }

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "chart-stand-in:", err)
		os.Exit(1)
	}
}

// plain makes of YAML what Helm makes of it: keys are strings, and numbers are floating.
func plain(value interface{}) interface{} {
	switch value := value.(type) {
	case map[interface{}]interface{}:
		result := object{}
		for key, member := range value {
			result[fmt.Sprint(key)] = plain(member)
		}
		return result
	case []interface{}:
		result := make([]interface{}, len(value))
		for index, member := range value {
			result[index] = plain(member)
		}
		return result
	case int:
		return float64(value)
	default:
		return value
	}
}

func parse(text []byte, name string) object {
	var value interface{}
	if err := yaml.UnmarshalStrict(text, &value); err != nil {
		check(fmt.Errorf("%s: %w", name, err))
	}
	if value == nil {
		return object{}
	}
	result, isObject := plain(value).(object)
	if !isObject {
		check(fmt.Errorf("%s: no mapping", name))
	}
	return result
}

func read(path string) object {
	text, err := os.ReadFile(path)
	check(err)
	return parse(text, path)
}

// merge puts what is said over what was said; null takes it away.
func merge(under, over object) object {
	for key, value := range over {
		inner, isObject := value.(object)
		outer, wasObject := under[key].(object)
		switch {
		case value == nil:
			delete(under, key)
		case isObject && wasObject:
			under[key] = merge(outer, inner)
		default:
			under[key] = value
		}
	}
	return under
}

// assigned makes {a: {b: value}} of `a.b=value`.
func assigned(text string) object {
	path, value, found := strings.Cut(text, "=")
	if !found {
		check(fmt.Errorf("-set %s: no =", text))
	}
	keys := strings.Split(path, ".")
	var parsed interface{}
	check(yaml.Unmarshal([]byte(value), &parsed))
	result := plain(parsed)
	for index := len(keys) - 1; index >= 0; index-- {
		result = object{keys[index]: result}
	}
	return result.(object)
}

// whole writes numbers without a fraction as what they are; YAML knows both.
func whole(value interface{}) interface{} {
	switch value := value.(type) {
	case object:
		result := object{}
		for key, member := range value {
			result[key] = whole(member)
		}
		return result
	case []interface{}:
		result := make([]interface{}, len(value))
		for index, member := range value {
			result[index] = whole(member)
		}
		return result
	case float64:
		if value == float64(int64(value)) {
			return int64(value)
		}
	}
	return value
}

func toYAML(value interface{}) string {
	text, err := yaml.Marshal(whole(value))
	check(err)
	return strings.TrimSuffix(string(text), "\n")
}

func functions(all *template.Template) template.FuncMap {
	known := template.FuncMap{
		"toYaml":   toYAML,
		"fromYaml": func(text string) object { return parse([]byte(text), "fromYaml") },
		"include": func(name string, data interface{}) (string, error) {
			var buffer bytes.Buffer
			err := all.ExecuteTemplate(&buffer, name, data)
			return buffer.String(), err
		},
	}
	for _, name := range allowed {
		known[name] = sprig.TxtFuncMap()[name]
	}
	return known
}

func templates(chart string) (*template.Template, []string) {
	all := template.New("chart").Option("missingkey=error")
	all.Funcs(functions(all))
	paths, err := filepath.Glob(filepath.Join(chart, "templates", "*"))
	check(err)
	sort.Strings(paths)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		check(err)
		_, err = all.New(filepath.Base(path)).Parse(string(text))
		check(err)
	}
	return all, paths
}

func show(all *template.Template, paths []string, data object, wantsNotes bool) {
	for _, path := range paths {
		name := filepath.Base(path)
		if strings.HasPrefix(name, "_") || (name == "NOTES.txt") != wantsNotes {
			continue
		}
		var buffer bytes.Buffer
		check(all.ExecuteTemplate(&buffer, name, data))
		if strings.TrimSpace(buffer.String()) == "" {
			continue
		}
		if !wantsNotes {
			fmt.Printf("---\n# Source: %s (rendered by a stand-in, not by Helm)\n", name)
		}
		fmt.Println(strings.Trim(buffer.String(), "\n"))
	}
}

func main() {
	release := flag.String("release", "ledger", "the release's name")
	namespace := flag.String("namespace", "default", "the release's namespace")
	what := flag.String("show", "manifests", "manifests, notes or values")
	var valueFiles, sets repeated
	flag.Var(&valueFiles, "values", "a file over values.yaml; repeatable")
	flag.Var(&sets, "set", "A.B=YAML; repeatable")
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	chart := flag.Arg(0)
	values := read(filepath.Join(chart, "values.yaml"))
	for _, path := range valueFiles {
		values = merge(values, read(path))
	}
	for _, set := range sets {
		values = merge(values, assigned(set))
	}
	if *what == "values" {
		check(json.NewEncoder(os.Stdout).Encode(values))
		return
	}
	meta := read(filepath.Join(chart, "Chart.yaml"))
	all, paths := templates(chart)
	show(all, paths, object{
		"Values":  values,
		"Files":   files{chart},
		"Release": object{"Name": *release, "Namespace": *namespace, "Service": "Helm"},
		"Chart": object{
			"Name": meta["name"], "Version": meta["version"], "AppVersion": meta["appVersion"],
		},
	}, *what == "notes")
}
