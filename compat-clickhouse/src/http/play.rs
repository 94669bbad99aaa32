//! A small page to type queries into, at `/play`.

pub const PAGE: &str = r##"<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>OllyStack SQL</title>
<style>
body{font:15px system-ui,sans-serif;margin:1.5rem;max-width:80rem}
textarea{width:100%;height:9rem;font:14px ui-monospace,monospace;box-sizing:border-box}
input{font:inherit}table{border-collapse:collapse;margin-top:1rem}
td,th{border:1px solid #ccc;padding:.2rem .5rem;text-align:left;font:13px ui-monospace,monospace;white-space:pre-wrap}
#error{color:#a00;white-space:pre-wrap;font-family:ui-monospace,monospace}
</style></head><body>
<p><label>User <input id="user" value="default" autocomplete="username"></label>
<label>Password <input id="password" type="password" autocomplete="current-password"></label></p>
<textarea id="sql" autofocus spellcheck="false">SHOW TABLES</textarea>
<p><button id="run">Run (Ctrl+Enter)</button> <span id="status"></span></p>
<div id="error"></div><table id="result"></table>
<script>
const $=id=>document.getElementById(id);
async function run(){
  $('error').textContent='';$('result').replaceChildren();$('status').textContent='…';
  try{
    const answer=await fetch('/?default_format=JSONCompact&add_http_cors_header=1',{method:'POST',body:$('sql').value,
      headers:{'X-ClickHouse-User':$('user').value,'X-ClickHouse-Key':$('password').value}});
    const text=await answer.text();
    if(!answer.ok){$('error').textContent=text;$('status').textContent='';return}
    let data;try{data=JSON.parse(text)}catch(e){$('error').textContent=text;$('status').textContent='';return}
    const row=(cells,tag)=>{const tr=document.createElement('tr');
      for(const c of cells){const e=document.createElement(tag);e.textContent=c===null?'NULL':typeof c==='object'?JSON.stringify(c):c;tr.append(e)}return tr};
    $('result').append(row(data.meta.map(m=>m.name+' '+m.type),'th'),...data.data.map(r=>row(r,'td')));
    $('status').textContent=data.rows+' rows, '+data.statistics.rows_read+' read in '+data.statistics.elapsed.toFixed(3)+' s';
  }catch(e){$('error').textContent=e;$('status').textContent=''}
}
$('run').onclick=run;$('sql').onkeydown=e=>{if(e.key==='Enter'&&e.ctrlKey)run()};
</script></body></html>
"##;
